using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Operators that move pixels to channels and back, repeat them, or normalise groups of them.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        /// <summary>Channels become blocks of pixels.</summary>
        public Item DepthToSpace()
        {
            (Value x, int block) = Blocks();
            (int b, int c, int h, int w) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
            int left = c / (block * block);
            if (left * block * block != c)
                throw Fault($"has a blocksize of {block} for {c} channels");
            bool columnsFirst = Text("mode") == "CRD";
            Value cut = parts.Moved($"{Name} blocks",
                new Reshape(columnsFirst ? [b, left, block, block, h, w] : [b, block, block, left, h, w]), x);
            Value turned = parts.Moved($"{Name} turned", columnsFirst
                ? new Transpose(0, 1, 4, 2, 5, 3) : new Transpose(0, 3, 4, 1, 5, 2), cut);
            return new Item(parts.Moved(Name, new Reshape([b, left, checked(h * block), checked(w * block)]), turned),
                Layout.Plain);
        }

        /// <summary>Blocks of pixels become channels.</summary>
        public Item SpaceToDepth()
        {
            (Value x, int block) = Blocks();
            (int b, int c, int h, int w) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
            if (h % block != 0 || w % block != 0)
                throw Fault($"has a blocksize of {block} for {x.Shape}");
            Value cut = parts.Moved($"{Name} blocks", new Reshape([b, c, h / block, block, w / block, block]), x);
            Value turned = parts.Moved($"{Name} turned", new Transpose(0, 3, 5, 1, 2, 4), cut);
            return new Item(parts.Moved(Name, new Reshape([b, checked(c * block * block), h / block, w / block]), turned),
                Layout.Plain);
        }

        /// <summary>The tensor again and again along each axis.</summary>
        public Item Tiled()
        {
            Item item = Activation(0);
            long[] repeats = Whole(1);
            Shape shape = item.Shape;
            if (repeats.Length != shape.Rank || repeats.Any(r => r is < 1 or > MostExtent) || shape.Rank > 8)
                throw Fault($"has the repeats [{string.Join(", ", repeats.Take(9))}] for {shape}");
            for (int axis = 0; axis < repeats.Length; axis++)
            {
                if (axis == 0 && repeats[0] != 1 && !IsOneSample)
                    throw Mixed("repeats the batch, which is not supported");
                if (repeats[axis] != 1)
                    item = Repeated(item, axis, (int)repeats[axis], each: false);
            }

            return item;
        }

        /// <summary>Each channel of each sample with mean 0 and variance 1, then scaled.</summary>
        public Item InstanceNormalized() => GroupsNormalized(Activation(0), Activation(0).Shape.Rank < 3
            ? throw Fault($"reads {Activation(0).Shape}; three or more axes are supported") : Activation(0).Shape[1],
                perGroup: false);

        /// <summary>Groups of channels of each sample with mean 0 and variance 1, then scaled.</summary>
        public Item GroupNormalized()
        {
            Item item = Activation(0);
            long groups = Integer("num_groups", 0);
            if (item.Shape.Rank < 3 || groups < 1 || item.Shape[1] % groups != 0)
                throw Fault($"has num_groups {groups} for {item.Shape}");
            return GroupsNormalized(item, (int)groups, perGroup: reader.version < 21);
        }

        private Item GroupsNormalized(Item item, int groups, bool perGroup)
        {
            Shape shape = item.Shape;
            int channels = shape[1], each = checked((int)(shape.Count / shape[0] / groups));
            Value rows = parts.Moved($"{Name} rows", new Reshape([shape[0], groups, each]), Plain(item));
            GraphBuilder graph = parts.Graph;
            Value far = graph.Apply($"{Name} centred", new Add(), rows,
                graph.Apply($"{Name} mean", new Scale(-1.0 / each), Sum("sum", rows)));
            Value spread = graph.Apply($"{Name} variance", new Scale(1.0 / each),
                Sum("squares sum", graph.Apply($"{Name} squares", new Square(), far)));
            Value epsilon = graph.Apply($"{Name} epsilon", new Fill([1], Real("epsilon", 1e-5f)));
            Value root = graph.Apply($"{Name} deviation", new Sqrt(), graph.Apply($"{Name} spread", new Add(), spread, epsilon));
            Value normal = graph.Apply($"{Name} normal", new Mul(), far, graph.Apply($"{Name} inverse", new Reciprocal(), root));
            Item result = new(parts.Moved($"{Name} back", new Reshape(shape), normal), Layout.Plain);
            ImmutableArray<int> extents = [1, channels, .. Enumerable.Repeat(1, shape.Rank - 2)];
            result = Repeated(new Mul(), result, OfChannels(RealAt(1), channels, perGroup ? groups : channels), extents);
            return Repeated(new Add(), result, OfChannels(RealAt(2), channels, perGroup ? groups : channels), extents);

            Value Sum(string name, Value x) => parts.Graph.Apply($"{Name} {name}", new SumTo([x.Shape[0], groups, 1]), x);
        }

        // One number per channel of what may be one per group.
        private Constant OfChannels(Constant constant, int channels, int count)
        {
            if (constant.Array.Shape.Count != count || constant.IsQuantized)
                throw Fault($"has a scale or bias of {constant.Array.Shape}; {count} numbers are accepted");
            if (count == channels)
                return constant;
            float[] few = constant.Floats(), all = [.. Enumerable.Range(0, channels).Select(i => few[i / (channels / count)])];
            return WithFloats(constant with
            {
                Name = $"{constant.Name} of channels",
                Array = constant.Array with { Shape = [channels], IsScalar = false }
            }, all);
        }

        private (Value X, int Block) Blocks()
        {
            Value x = Plain(0);
            long block = Integer("blocksize", 0);
            return x.Shape.Rank == 4 && block is >= 1 and <= 1024 ? (x, (int)block)
                : throw Fault($"has a blocksize of {block} for {x.Shape}; four axes and 1 to 1024 are accepted");
        }

        // The indices of an axis that are given, in that order.
        private Item Picked(Item item, int axis, int[] indices)
        {
            int size = item.Shape[axis], times = indices.Length / size;
            if (times > 1 && indices.Length % size == 0)
            {
                if (indices.Select((index, i) => index == i / times).All(same => same))
                    return Repeated(item, axis, times, each: true);
                if (indices.Select((index, i) => index == i % size).All(same => same))
                    return Repeated(item, axis, times, each: false);
            }

            (int First, int Length)[] runs = IndexRuns.Of(indices);
            if (runs.Length > IndexRuns.Most)
                throw Fault($"takes indices in more than {IndexRuns.Most} runs, which is not supported");
            Value[] cuts = [.. runs.Select(r => Cut(item, axis, r.First, r.Length).Value!)];
            return cuts is [var only] ? new Item(only, item.Layout)
                : Made(new Concat(Placed(axis, item.Layout)), item.Layout, [.. cuts]);
        }

        // Each index several times, or all of them again and again.
        private Item Repeated(Item item, int axis, int times, bool each)
        {
            Shape shape = item.Shape;
            int[] before = [.. shape.Take(axis)], after = [.. shape.Skip(axis + 1)], one = each
                ? [shape[axis], 1] : [1, shape[axis]];
            int[] many = each ? [shape[axis], times] : [times, shape[axis]];
            Value wide = parts.Moved($"{Name} wider", new Reshape([.. before, .. one, .. after]), Plain(item));
            Value spread = parts.Moved($"{Name} repeated", new Broadcast([.. before, .. many, .. after]), wide);
            return new Item(parts.Moved(Name, new Reshape([.. before, checked(shape[axis] * times), .. after]), spread),
                Layout.Plain);
        }
    }
}
