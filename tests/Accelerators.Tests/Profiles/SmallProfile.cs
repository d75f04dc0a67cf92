namespace NpuSim.Accelerators.Tests.Profiles;

/// <summary>A valid profile whose lines the tests count.</summary>
internal static class SmallProfile
{
    public const string Text = """
        name: small-npu
        description: A profile for tests
        clock: 500 MHz
        engine:
          kind: systolic-array
          rows: 16
          columns: 16
          dataflow: weight-stationary
          pipelined: true
        vector:
          move: 16
          elementwise: 16
          table: 16
          softmax: 4
          normalize: 4
          pool: 16
          reduce: 16
          random: 16
          perturb: 16
          update: 16
          loss: 1
        numerics:
          accumulator:
            bits: 32
            overflow: wrap
          rounding: half-even
          requantization: float32
          narrowing: saturate
        formats:
          - weights: int8
            activations: int8
            rate: 1
          - weights: int16
            activations: int8
            rate: 0.5
        memory:
          scratchpad:
            size: 256 KiB
            bandwidth: 16 GB/s
            read-energy: 7.1 pJ/B
            write-energy: 7.1 pJ/B
          accumulators:
            size: 64 KiB
            bandwidth: 64 GB/s
            read-energy: 3.5 pJ/B
            write-energy: 3.5 pJ/B
          weights: null
          dram:
            size: 1 GiB
            bandwidth: 3.2 GB/s
            read-energy: 162 pJ/B
            write-energy: 162 pJ/B
            latency-cycles: 50
            burst: 64 B
          double-buffered: true
          alignment: 16 B
        host:
          name: Rocket
          clock: 500 MHz
          fp32-cycles-per-mac: 4
          fp16-cycles-per-mac: 4
          cycles-per-element: 4
          transfer: 8 GB/s
          energy: 20 pJ/cycle
        energy:
          int8-mac: 0.3 pJ
          int16x8-mac: 0.5 pJ
          int16-mac: 0.9 pJ
          vector: 0.5 pJ/element
          leakage: 5 mW
        sources:
          clock: assumed
          engine: assumed
          engine.dataflow: "made up: 1"
          vector: assumed
          numerics: assumed
          formats: assumed
          memory: assumed
          host: assumed
          energy: assumed

        """;
}
