using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using NpuSim.Cli.Terminal;

namespace NpuSim.Cli;

/// <summary>The help of a command, and an example of its use below.</summary>
/// <param name="help">Writes all else.</param>
internal sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>An example for each command, by its words.</summary>
    public static IReadOnlyDictionary<string, string> Examples { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["npusim"] =
            "npusim compare --profile systolic-int8-16x16 --scheme lp --method bp:fp32 qzo-ff:16w8a --steps 100 --out study",
        ["npusim check"] = "npusim check study --baseline reference/results.json --tolerance accuracy=0.5 --tolerance cycles=1%",
        ["npusim compare"] =
            "npusim compare --profile cortex-m4 my-npu.yaml --scheme lp --method bp:fp32 qzo-ff:8w8a+m3 --out study",
        ["npusim completion"] = "source <(npusim completion bash)",
        ["npusim devices"] = "npusim devices --json",
        ["npusim diff"] = "npusim diff before after/results.json",
        ["npusim eval"] = "npusim eval --graph net.onnx --images cifar10 --data DIR --pixels 0..255 --profile ethos-u55-256",
        ["npusim explain"] = "npusim explain scratch qzo-ff:16w8a cortex-m4.memory.scratchpad.size",
        ["npusim init"] = "npusim init --like ethos-u55-256 --network net.onnx --name my-npu",
        ["npusim plan"] = "npusim plan --profile hexagon-hvx --model vit-tiny --scheme ft --method bp:fp16 qzo-ff:8w8a",
        ["npusim pretrain"] = "npusim pretrain my-task.yaml --data DIR --out my-weights.safetensors",
        ["npusim profile"] = "npusim profile show systolic-int8-16x16 > my-npu.yaml",
        ["npusim profile list"] = "npusim profile list",
        ["npusim profile show"] = "npusim profile show systolic-int8-16x16 > my-npu.yaml",
        ["npusim profile validate"] = "npusim profile validate my-npu.yaml",
        ["npusim profile schema"] = "npusim profile schema > profile.schema.json",
        ["npusim report"] = "npusim report first-study second-study --out both",
        ["npusim run"] =
            "npusim run --profile systolic-int8-16x16 --method qzo-ff:16w8a --scheme lp --rate 0.002 --checkpoint "
                + "run.safetensors",
        ["npusim study"] = "npusim study landscape --steps 100 --out landscape",
        ["npusim study corruptions"] =
            "npusim study corruptions --kind gaussian-noise fog --severity 3 --data DIR --out corruptions",
        ["npusim study federated"] =
            "npusim study federated --clients 20 --samples 20 --rounds 10 --protocol fedavg vote --method qzo-ff:16w8a --out federated",
        ["npusim study landscape"] = "npusim study landscape --steps 100 --out landscape",
        ["npusim study leakage"] =
            "npusim study leakage --message gradient vote:100 random --defence none gaussian:1e-2 --attack idlg --out leakage",
        ["npusim study sparse-backprop"] = "npusim study sparse-backprop --memory 96KiB --steps 50",
        ["npusim study sweep"] =
            "npusim study sweep --network resnet18 --vary 'engine.{rows,columns}=8..64*2' 'memory.scratchpad.size=64KiB..4MiB*2' "
                + "--out sizes",
        ["npusim vectors"] = "npusim vectors make --profile cortex-m4 --op conv2d --count 50 --out conv2d.jsonl",
        ["npusim vectors check"] = "npusim vectors check conv2d.jsonl",
        ["npusim vectors make"] = "npusim vectors make --profile cortex-m4 --op conv2d --count 50 --out conv2d.jsonl",
        ["npusim workload"] = "npusim workload show glyphs-cnn > my-task.yaml",
        ["npusim workload list"] = "npusim workload list",
        ["npusim workload show"] = "npusim workload show glyphs-cnn > my-task.yaml",
        ["npusim workload validate"] = "npusim workload validate my-task.yaml",
        ["npusim workload schema"] = "npusim workload schema > workload.schema.json",
    };

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        if (Examples.TryGetValue(Usage.Path(parseResult.CommandResult.Command), out string? example))
            parseResult.InvocationConfiguration.Output.Write($"Example:\n  {example}\n\n");
        return code;
    }
}
