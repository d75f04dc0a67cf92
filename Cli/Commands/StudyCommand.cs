using System.CommandLine;

namespace NpuSim.Cli.Commands;

/// <summary>npusim study: questions that take many trainings to answer.</summary>
internal static class StudyCommand
{
    public static Command Create()
    {
        Command command = new("study", "Answers questions that take many trainings: which layers to train under a memory limit, what the loss looks like, how methods adapt to corrupted images.");
        command.Subcommands.Add(SparseBackpropCommand.Create());
        command.Subcommands.Add(LandscapeCommand.Create());
        command.Subcommands.Add(CorruptionsCommand.Create());
        return command;
    }
}
