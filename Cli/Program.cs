using NpuSim.Cli;

using Interruption interruption = new();
return await CommandLine.RunAsync(args, interruption.Token);
