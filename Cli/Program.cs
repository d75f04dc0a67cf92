using NpuSim.Cli;

return await CommandLine.RunAsync(args);
