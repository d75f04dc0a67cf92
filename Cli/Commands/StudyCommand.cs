using System.CommandLine;

namespace NpuSim.Cli.Commands;

/// <summary>npusim study: questions that take many trainings to answer.</summary>
internal static class StudyCommand
{
    public static Command Create()
    {
        Command command = new("study",
            "Answers questions that take many trainings: which layers to train under a memory limit, what the loss looks like, "
                + "how methods adapt to corrupted images, which of thousands of accelerators, what many devices learn together, "
                + "what their messages give away.");
        command.Subcommands.Add(SparseBackpropCommand.Create());
        command.Subcommands.Add(LandscapeCommand.Create());
        command.Subcommands.Add(CorruptionsCommand.Create());
        command.Subcommands.Add(SweepCommand.Create());
        command.Subcommands.Add(FederatedCommand.Create());
        command.Subcommands.Add(LeakageCommand.Create());
        return command;
    }
}
