namespace NpuSim.Accelerators.Numerics;

/// <summary>Work that is generic over a scaling.</summary>
internal interface IScalingUser<out TResult>
{
    /// <summary>Runs with the scaling closed.</summary>
    TResult Run<TScaling>() where TScaling : struct, IScaling;
}

/// <summary>The one place where a policy's requantise variant, rounding and zero point order become types.</summary>
internal static class ScalingSwitch
{
    /// <summary>Runs <paramref name="user"/> with the scaling of <paramref name="policy"/>.</summary>
    public static TResult Close<TUser, TResult>(NumericPolicy policy, TUser user)
        where TUser : IScalingUser<TResult>, allows ref struct =>
        policy.ZeroPointBeforeRounding
            ? Close<TUser, TResult, ZeroPointBefore>(policy, user)
            : Close<TUser, TResult, ZeroPointAfter>(policy, user);

    private static TResult Close<TUser, TResult, TZeroPoint>(NumericPolicy policy, TUser user)
        where TUser : IScalingUser<TResult>, allows ref struct
        where TZeroPoint : struct, IZeroPointOrder =>
        (policy.Requantization, policy.Rounding) switch
        {
            (Requantization.Double, _) => user.Run<DoubleScaling<TZeroPoint>>(),
            (Requantization.Reduced16, _) => user.Run<Reduced16Scaling<TZeroPoint>>(),
            (Requantization.Float32, _) => user.Run<Float32Scaling<TZeroPoint>>(),
            (Requantization.Single, Rounding.Floor) => user.Run<SingleScaling<RoundFloor, TZeroPoint>>(),
            (Requantization.Single, Rounding.Truncate) => user.Run<SingleScaling<RoundTruncate, TZeroPoint>>(),
            (Requantization.Single, Rounding.HalfUp) => user.Run<SingleScaling<RoundHalfUp, TZeroPoint>>(),
            (Requantization.Single, Rounding.HalfAway) => user.Run<SingleScaling<RoundHalfAway, TZeroPoint>>(),
            (Requantization.Single, Rounding.HalfEven) => user.Run<SingleScaling<RoundHalfEven, TZeroPoint>>(),
            (Requantization.Single, Rounding.Stochastic) => user.Run<SingleScaling<RoundStochastic, TZeroPoint>>(),
            _ => throw new ArgumentOutOfRangeException(nameof(policy)),
        };
}
