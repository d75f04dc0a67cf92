using System.Collections.Immutable;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies;

/// <summary>Which entry of a workload's <c>methods.tuned</c> counts for a method.</summary>
public static class TunedMethods
{
    private const double GreatestEpsilon = 1; // as in the sections; beyond it only where ε counts steps

    /// <summary>The entry with the most switches of those that fit, then the one with a format; null where none fits.</summary>
    /// <exception cref="InputException">Two that fit are equally near, or an entry names no method.</exception>
    public static TunedSettings? Of(Workload workload, Method method)
    {
        ArgumentNullException.ThrowIfNull(workload);
        if (workload.Methods.Tuned.IsEmpty)
            return null;
        (TunedSettings Entry, MethodPattern Pattern)[] fitting =
            [.. workload.Methods.Tuned.Select(t => (t, MethodPattern.Parse(t.Method))).Where(t => t.Item2.Fits(method))
                .OrderByDescending(t => t.Item2.Nearness)];
        if (fitting.Length > 1 && fitting[0].Pattern.Nearness == fitting[1].Pattern.Nearness)
        {
            throw new InputException($"workload {workload.Name}: methods.tuned has {fitting[0].Pattern} and {fitting[1].Pattern}, which fit {method} equally well; "
                + "accepted is an entry with the switches of both.");
        }

        return fitting.Length > 0 ? fitting[0].Entry : null;
    }

    /// <summary>What is wrong with the entries: methods that do not exist, settings that a method does not have, two for the same
    /// methods.</summary>
    public static IEnumerable<Problem> Problems(Workload workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        HashSet<string> seen = [];
        ImmutableArray<TunedSettings> entries = workload.Methods.Tuned;
        for (int i = 0; i < entries.Length; i++)
        {
            string place = $"methods.tuned[{i}].";
            if (Fault(entries[i].Method) is { } fault)
            {
                yield return new Problem(place + "method", fault);
                continue;
            }

            Method method = MethodGrammar.ParseFamily(entries[i].Method);
            string pattern = MethodPattern.Parse(entries[i].Method).ToString();
            if (!seen.Add(pattern))
                yield return new Problem(place + "method",
                    $"{pattern} occurs twice; accepted is one entry for the same format and switches");
            if (entries[i].Epsilon is double epsilon && EpsilonFault(method, epsilon) is { } wrong)
                yield return new Problem(place + "epsilon", wrong);
            if (entries[i].Directions is not null && method is not ForwardMethod { HasOwnDirections: false })
                yield return new Problem(place + "directions", $"{pattern} {(method is ForwardMethod ? "says its directions itself" : "has no directions")}; accepted is none here");
            if (method is QuantizedForwardGradient { InSteps: true } && workload.Methods.QzoFfSteps is null)
                yield return new Problem(place + "method",
                    "methods.qzo-ff-steps is missing, which gives what the entry leaves out");
        }
    }

    private static string? EpsilonFault(Method method, double epsilon) => method switch
    {
        not ForwardMethod { Estimator: not Estimator.Jvp } => $"{method.Name} has no epsilon; accepted is none here",
        QuantizedForwardGradient { InSteps: true } => null,
        _ when epsilon > GreatestEpsilon =>
        FormattableString.Invariant($"found {epsilon}; accepted is a number above 0, at most {GreatestEpsilon}"),
        _ => null,
    };

    private static string? Fault(string method)
    {
        try
        {
            _ = MethodPattern.Parse(method);
            return null;
        }
        catch (InputException fault)
        {
            return fault.Message.TrimEnd('.');
        }
    }
}
