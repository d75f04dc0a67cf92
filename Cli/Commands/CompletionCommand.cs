using System.CommandLine;
using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Commands;

/// <summary>npusim completion: scripts that make shells complete commands, options and names.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _npusim() {
          local typed="${COMP_LINE:0:COMP_POINT}" name kept=""
          typed="${typed##*[[:space:]]}"
          [[ $COMP_WORDBREAKS == *:* && $typed == *:* ]] && kept="${typed%:*}:" # bash replaces what follows the colon alone
          COMPREPLY=()
          while IFS= read -r name; do
            [[ $name == "$typed"* ]] && COMPREPLY+=("${name#"$kept"}")
          done < <(npusim "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -o default -o nosort -F _npusim npusim

        """;

    private const string Zsh = """
        #compdef npusim
        _npusim() {
          local -a names
          names=("${(@f)$(npusim "[suggest:$#BUFFER]" "$BUFFER" 2>/dev/null)}")
          compadd -a names || _files
        }
        compdef _npusim npusim

        """;

    private const string Fish = """
        function __npusim_complete
            set -l line (commandline -cp)
            npusim "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        function __npusim_takes_path
            set -l words (commandline -opc)
            switch $words[-1]
                case OPTIONS
                    return 0
                case '-*'
                    return 1
            end
            string match -qr '^(COMMANDS)( |$)' -- "$words"
        end
        complete -c npusim -f -a "(__npusim_complete)"
        complete -c npusim -n __npusim_takes_path -F

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName npusim -ScriptBlock {
            param($word, $line, $position)
            npusim "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    private static readonly (string Shell, string Script, string Use)[] Shells =
    [
        ("bash", Bash, "source <(npusim completion bash), in ~/.bashrc"),
        ("zsh", Zsh, "source <(npusim completion zsh), in ~/.zshrc after compinit"),
        ("fish", Fish, "npusim completion fish | source, in ~/.config/fish/config.fish"),
        ("pwsh", PowerShell, "npusim completion pwsh | Out-String | Invoke-Expression, in $PROFILE"),
    ];

    public static Command Create()
    {
        Argument<string> shell = new("shell")
        {
            Description =
            string.Join("; ", Shells.Select(s => $"{s.Shell}: {s.Use}")) + "."
        };
        shell.CompletionSources.Add(_ => Shells.Select(s => new System.CommandLine.Completions.CompletionItem(s.Shell)));
        Command command = new("completion",
            "Prints a script with which a shell completes npusim's commands, options and names.") { shell };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(shell)!;
            string? script = Shells.FirstOrDefault(s => s.Shell == name).Script;
            Console.Write((script ?? throw new InputException(
                $"there is no completion for '{name}'; accepted are {string.Join(", ", Shells.Select(s => s.Shell))}"
                    + Yaml.Suggestion.For(name, Shells.Select(s => s.Shell))))
                .Replace("OPTIONS", string.Join(' ', Completions.OptionsOfPaths(parsed.RootCommandResult.Command)),
                    StringComparison.Ordinal)
                .Replace("COMMANDS", string.Join('|', Completions.CommandsOfPaths(parsed.RootCommandResult.Command)),
                    StringComparison.Ordinal)
                .ReplaceLineEndings("\n"));
            return ExitCode.Done;
        });
        return command;
    }
}
