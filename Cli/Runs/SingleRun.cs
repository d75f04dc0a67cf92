using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Cli.Runs;

/// <summary>One method on one accelerator at one task, as <c>npusim run</c> trains it.</summary>
/// <param name="Setup">The task.</param>
/// <param name="Profile">The accelerator.</param>
/// <param name="Method">The method, configured by the workload.</param>
/// <param name="Scheme">Which parameters train.</param>
/// <param name="Settings">Step sizes.</param>
/// <param name="Policy">Arithmetic; null in floating point.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Step">A step.</param>
/// <param name="Cost">What it takes.</param>
/// <param name="Backend">Where it trains in fixed point; no part of its identity.</param>
internal sealed record SingleRun(
    WorkloadSetup Setup, HardwareProfile Profile, Method Method, TuningScheme Scheme, TrainingSettings Settings,
    NumericPolicy? Policy, ulong Seed,
    Step Step, RunResult Cost, FixedPointBackend Backend)
{
    /// <summary>What decides its values, as text.</summary>
    public string Identity => RunIdentity.Of(Setup.Bench, Method, Scheme, Settings, Policy, Seed);

    /// <summary>Prepared with other step sizes.</summary>
    public PreparedTraining Prepare(TrainingSettings settings) =>
        Setup.Bench.Prepare(Method, Scheme, settings, Policy, backend: Backend, step: Step);
}
