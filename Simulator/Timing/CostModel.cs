using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// Prices a plan on an accelerator: cycles, traffic and energy of every operation. Same plan and profile, same numbers.
/// </summary>
public static class CostModel
{
    /// <summary>Lays out the plan's memory and prices it.</summary>
    /// <exception cref="NotRunnableException">
    /// The accelerator cannot run the plan: the message says which operation and what is missing.
    /// </exception>
    /// <exception cref="InputException">An operation has no timing model, sizes leave 64 bits, or a cost is not
    /// finite.</exception>
    public static PlanCost Price(Plan plan, HardwareProfile profile) =>
        Price(Step.Of(profile, plan), profile);

    /// <summary>Prices a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="profile">The accelerator.</param>
    /// <param name="operands">Where operands lie.</param>
    /// <exception cref="NotRunnableException">
    /// The accelerator cannot run the plan: the message says which operation and what is missing.
    /// </exception>
    /// <exception cref="InputException">An operation has no timing model, sizes leave 64 bits, or a cost is not
    /// finite.</exception>
    public static PlanCost Price(Step step, HardwareProfile profile, OperandPlace operands = OperandPlace.Cheapest)
    {
        PricedStep priced = new StepPricing(step).Price(profile, operands);
        return new PlanCost(
            profile.Name, priced.Of(step.Plan), priced.Placed.Residency, step.Layout.ArenaBytes, profile.PeakMacsPerCycle,
            profile.ClockHz);
    }
}
