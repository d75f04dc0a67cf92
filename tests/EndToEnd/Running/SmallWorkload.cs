namespace NpuSim.EndToEnd.Running;

/// <summary>A workload that takes a second: drawn signs, few samples, few steps.</summary>
internal static class SmallWorkload
{
    /// <summary>The file's text.</summary>
    public const string Yaml = Head + "cnn-small" + Tail;

    /// <summary>The same for a transformer.</summary>
    public const string TransformerYaml = Head + "vit-small" + Tail;

    /// <summary>The same for a network without rectifiers.</summary>
    public const string Sigmoid = Head + "cnn-sigmoid" + Tail;

    private const string Head = """
        name: small
        description: few drawn signs
        model:
        """ + " ";

    private const string Tail = """


        pretrain:
          images: glyphs
          samples: 100
          steps: 20
          batch: 10
          learning-rate: 0.05
        adapt:
          images: glyphs
          corruption: { contrast: 0.5, noise: 0.1 }
          train-samples: 60
          test-samples: 30
          batch: 10
          steps: 4
        methods:
          bp: { learning-rate: { ft: 0.01, lp: 0.02 } }
          ff: { learning-rate: { ft: 1e-3, lp: 3e-3 } }
          qzo-ff: { learning-rate: { ft: 1e-3, lp: 3e-3 } }
        seeds: [1, 2]
        """;
}
