using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <content>Images of another size, and indices of an axis that do not follow each other.</content>
internal sealed partial class TopologyReader
{
    private sealed partial class Layer
    {
        /// <summary>The nearest pixel of each place.</summary>
        public Value Enlarged()
        {
            (Value x, int[] size) = Resizing();
            (int b, int h, int w, int c) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
            if (size[0] % h == 0 && size[1] % w == 0 && !options.AlignCorners)
            {
                Value pixels = parts.Moved($"{Name} pixels", new Reshape([b, h, 1, w, 1, c]), x);
                Value repeated = parts.Moved($"{Name} repeated", new Broadcast([b, h, size[0] / h, w, size[1] / w, c]), pixels);
                return Scaled(parts.Graph.Apply(Name, new Reshape([b, size[0], size[1], c]), repeated));
            }

            for (int axis = 1; axis <= 2; axis++)
            {
                int extent = x.Shape[axis], count = size[axis - 1];
                float step = Step(extent, count), offset = options.HalfPixelCenters ? 0.5f : 0;
                x = Picked(x, axis, [.. Enumerable.Range(0, count).Select(i => (i + offset) * step)
                    .Select(p => options.AlignCorners ? MathF.Round(p, MidpointRounding.AwayFromZero) : MathF.Floor(p))
                    .Select(p => Math.Clamp((int)p, 0, extent - 1))]);
            }

            return Scaled(Own(x));
        }

        /// <summary>The mean of the two nearest pixels along each axis, weighted by how near they are.</summary>
        public Value Interpolated()
        {
            (Value x, int[] size) = Resizing();
            for (int axis = 1; axis <= 2; axis++)
            {
                int extent = x.Shape[axis], count = size[axis - 1];
                if (count == extent)
                    continue;
                Taps taps = new(extent, [.. Enumerable.Range(0, count)
                    .Select(i => Taps.Between(Output.Dtype == "FLOAT32" ? Place(i, extent, count) : FixedPlace(i, extent, count),
                        extent))]);
                x = parts.Moved(axis == 2 ? Name : $"{Name} rows", new Resample(axis, taps), x);
            }

            return Scaled(Own(x));
        }

        private float Place(int index, int extent, int count)
        {
            float step = Step(extent, count);
            return options.HalfPixelCenters ? ((index + 0.5f) * step) - 0.5f : index * step;
        }

        // Quantised networks know places and steps to 10 fractional bits (TFLite, ResizeBilinearInteger).
        private float FixedPlace(int index, int extent, int count)
        {
            const int One = 1 << 10;
            (int pixels, int steps) = options.AlignCorners && count > 1 ? (extent - 1, count - 1) : (extent, count);
            int step = checked((One * pixels) + (steps / 2)) / steps, place = checked(index * step);
            return (options.HalfPixelCenters ? place + (step / 2) - (One / 2) : place) / (float)One;
        }

        private (Value X, int[] Size) Resizing()
        {
            (Value x, int[] size) = (Activation(0), Whole(1));
            if (x.Shape.Rank != 4 || size.Length != 2 || size.Any(s => s < 1))
                throw Fault($"makes [{string.Join(", ", size.Take(9))}] of {x.Shape}; two sizes from 1 on, of images, are "
                    + $"supported");
            return options is { AlignCorners: true, HalfPixelCenters: true }
                ? throw Fault("aligns corners and the centres of pixels; one of them is accepted") : (x, size);
        }

        private float Step(int extent, int count) =>
            options.AlignCorners && count > 1 ? (extent - 1) / (float)(count - 1) : extent / (float)count;

        // From an index on by steps, which may be below 0; null: from or up to an end of the axis.
        private Value Stepped(Value x, int axis, int? begin, int? end, int step)
        {
            int size = x.Shape[axis];
            (int least, int greatest) = step > 0 ? (0, size) : (-1, size - 1);
            int from = begin is int b ? Limit(b) : step > 0 ? 0 : size - 1, to = end is int e ? Limit(e) : step > 0 ? size : -1;
            List<int> places = [];
            for (long at = from; step > 0 ? at < to : at > to; at += step)
                places.Add((int)at);
            if (places.Count == 0)
                throw Fault($"keeps nothing of axis {axis}, which is not supported");
            long whole = (long)places.Count * step;
            if (step < 0 || from + whole > size)
                return Picked(x, axis, [.. places]);
            // The first of each group of indices
            x = Cut(x, axis, from, (int)whole, Name);
            Shape shape = x.Shape;
            Value groups = parts.Moved($"{Name} groups",
                new Reshape([.. shape.Take(axis), places.Count, step, .. shape.Skip(axis + 1)]), x);
            return parts.Moved(Name, new Reshape([.. shape.Take(axis), places.Count, .. shape.Skip(axis + 1)]),
                Cut(groups, axis + 1, 0, 1, $"{Name} firsts"));

            int Limit(int limit) => (int)Math.Clamp(limit < 0 ? (long)limit + size : limit, least, greatest);
        }

        private Value Picked(Value x, int axis, int[] indices)
        {
            (int First, int Length)[] runs = IndexRuns.Of(indices);
            if (runs.Length > IndexRuns.Most)
                throw Fault($"takes indices in more than {IndexRuns.Most} runs, which is not supported");
            Value[] cuts = [.. runs.Select(r => Cut(x, axis, r.First, r.Length, $"{Name} part"))];
            return cuts is [var only] ? only : parts.Moved(Name, new Concat(axis), [.. cuts]);
        }
    }
}
