using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <content>Operators that put numbers elsewhere: blocks of pixels, new axes, repetitions, mirrored edges.</content>
internal sealed partial class TopologyReader
{
    private sealed partial class Layer
    {
        /// <summary>Tensors side by side along a new axis.</summary>
        public Value Packed()
        {
            Value[] all = [.. op.Inputs.Select((_, i) => Activation(i, constants: true))];
            int rank = all[0].Shape.Rank + 1, axis = Inner(Axis(options.Axis, rank));
            Shape shape = [.. all[0].Shape.Take(axis), 1, .. all[0].Shape.Skip(axis)];
            return Scaled(parts.Graph.Apply(Name, new Concat(axis), [.. all.Select(v =>
                parts.Moved($"{v.Name} wider", new Reshape(shape), OfEachSample(v)))]));
        }

        /// <summary>Every index of an axis as a tensor of its own.</summary>
        public Value? Unpacked()
        {
            Value x = Activation(0);
            int axis = Inner(Axis(options.Axis, x.Shape.Rank));
            if (x.Shape[axis] != op.Outputs.Length)
                throw Fault($"makes {op.Outputs.Length} tensors of {x.Shape[axis]}");
            Shape shape = [.. x.Shape.Take(axis), .. x.Shape.Skip(axis + 1)];
            for (int i = 0; i < op.Outputs.Length; i++)
            {
                string name = FirstPart(reader.topology.Tensors[op.Outputs[i]].Name);
                Bind(i, Scaled(parts.Moved(name, new Reshape(shape), Cut(x, axis, i, 1, $"{name} cut")), i));
            }

            return null;
        }

        /// <summary>Blocks of pixels as channels.</summary>
        public Value SpaceToDepth()
        {
            (Value x, int block) = Blocks();
            (int b, int h, int w, int c) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
            if (h % block != 0 || w % block != 0)
                throw Fault($"has blocks of {block} for {x.Shape}");
            Value cut = parts.Moved($"{Name} blocks", new Reshape([b, h / block, block, w / block, block, c]), x);
            return Scaled(parts.Moved(Name, new Reshape(OutputShape),
                parts.Moved($"{Name} turned", new Transpose(0, 1, 3, 2, 4, 5), cut)));
        }

        /// <summary>Channels as blocks of pixels.</summary>
        public Value DepthToSpace()
        {
            (Value x, int block) = Blocks();
            (int b, int h, int w, int c) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
            if (c % (block * block) != 0)
                throw Fault($"has blocks of {block} for {x.Shape}");
            Value cut = parts.Moved($"{Name} blocks", new Reshape([b, h, w, block, block, c / (block * block)]), x);
            return Scaled(parts.Moved(Name, new Reshape(OutputShape),
                parts.Moved($"{Name} turned", new Transpose(0, 1, 3, 2, 4, 5), cut)));
        }

        private (Value X, int Block) Blocks() =>
            Activation(0) is { Shape.Rank: 4 } x && options.BlockSize is >= 1 and <= 1024 ? (x, options.BlockSize)
            : throw Fault($"has blocks of {options.BlockSize} for {Activation(0).Shape}; 1 to 1024 and images are accepted");

        /// <summary>The tensor again and again along each axis.</summary>
        public Value Tiled()
        {
            Value x = Activation(0);
            int[] times = Whole(1);
            if (times.Length != x.Shape.Rank || times.Any(t => t < 1) || times[0] != 1)
                throw Fault($"has the multiples [{string.Join(", ", times.Take(9))}] for {x.Shape}; numbers from 1 on, 1 for the "
                    + $"batch, are accepted");
            for (int axis = 1; axis < times.Length; axis++)
            {
                if (times[axis] == 1)
                    continue;
                int[] before = [.. x.Shape.Take(axis)], after = [.. x.Shape.Skip(axis + 1)];
                int size = x.Shape[axis];
                x = parts.Moved($"{Name} wider", new Reshape([.. before, 1, size, .. after]), x);
                x = parts.Moved($"{Name} repeated", new Broadcast([.. before, times[axis], size, .. after]), x);
                x = parts.Moved(Name, new Reshape([.. before, checked(size * times[axis]), .. after]), x);
            }

            return Scaled(Own(x));
        }

        /// <summary>Repeated to a shape that is known.</summary>
        public Value Broadcast() => Scaled(Own(Spread(Activation(0))));

        /// <summary>The axes in reverse order of their indices.</summary>
        public Value Reversed()
        {
            Value x = Activation(0);
            foreach (int axis in Axes())
                x = Picked(x, axis, [.. Enumerable.Range(0, x.Shape[axis]).Reverse()]);
            return Scaled(Own(x));
        }

        /// <summary>Indices of an axis that are known.</summary>
        public Value Gathered()
        {
            Value x = Activation(0);
            int axis = Inner(Axis(options.Axis, x.Shape.Rank));
            if (options.BatchDims != 0)
                throw Fault($"has batch_dims {options.BatchDims}; 0 is supported");
            int[] indices = Whole(1);
            if (indices.Any(i => i < 0 || i >= x.Shape[axis]))
                throw Fault($"has indices beyond {x.Shape[axis]}");
            Value picked = Picked(x, axis, indices);
            return Scaled(picked.Shape == OutputShape ? Own(picked) : parts.Moved(Name, new Reshape(OutputShape), picked));
        }

        /// <summary>The edges mirrored, with the outermost pixels or without.</summary>
        public Value Mirrored()
        {
            Value x = Activation(0);
            int[] pads = Pads(x);
            int edge = options.Mode == 0 ? 1 : 0;
            for (int axis = 1; axis < x.Shape.Rank; axis++)
            {
                (int before, int after, int size) = (pads[2 * axis], pads[(2 * axis) + 1], x.Shape[axis]);
                if (Math.Max(before, after) > size - edge)
                    throw Fault($"has pads of {before} and {after} for {size}, which mirror more than there is");
                if (before + after > 0)
                    x = Picked(x, axis, [.. Enumerable.Range(-before, before + size + after)
                        .Select(p => p < 0 ? -p - 1 + edge : p >= size ? (2 * size) - 1 - edge - p : p)]);
            }

            return Scaled(Own(x));
        }

        /// <summary>A number around that is known; 0 as by PAD.</summary>
        public Value? PaddedWith()
        {
            float number = Number(2);
            if (number == 0)
                return Padded();
            Value x = Activation(0);
            int[] pads = Pads(x);
            x = Plus(x, -number);
            for (int axis = 1; axis < x.Shape.Rank; axis++)
            {
                if (pads[2 * axis] + pads[(2 * axis) + 1] > 0)
                    x = parts.Graph.Apply($"{Name} pads", new Pad(axis, pads[2 * axis], pads[(2 * axis) + 1]), x);
            }

            return Scaled(Plus(x, number));
        }

        private int[] Pads(Value x)
        {
            int[] pads = Whole(1);
            return pads.Length == 2 * x.Shape.Rank && pads.All(p => p is >= 0 and <= NetworkParts.LongestStep) && pads[0]
                + pads[1] == 0 ? pads : throw Fault(
                    $"has the pads [{string.Join(", ", pads.Take(9))}] for {x.Shape}; two for each axis, none for the batch, are "
                        + $"supported");
        }

        private Value Plus(Value x, double number) =>
            parts.Graph.Apply(Name, new Add(), x, parts.Graph.Apply($"{Name} number", new Fill([1], number)));

        // With the extents of the result.
        private Value Spread(Value x)
        {
            Shape shape = OutputShape;
            if (x.Shape == shape)
                return x;
            if (x.Shape.Rank < shape.Rank)
                x = parts.Moved($"{x.Name} wider",
                    new Reshape([.. Enumerable.Repeat(1, shape.Rank - x.Shape.Rank), .. x.Shape]), x);
            return x.Shape == shape ? x : parts.Moved($"{x.Name} repeated", new Broadcast(shape), x);
        }

        // A constant of one sample for each sample.
        private Value OfEachSample(Value x) => x.Shape[0] == parts.Batch ? x
            : parts.Moved($"{x.Name} repeated", new Broadcast([parts.Batch, .. x.Shape.Skip(1)]), x);
    }
}
