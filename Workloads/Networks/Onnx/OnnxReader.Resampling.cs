using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Images of another size, and sums over neighbouring channels.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        /// <summary>Interpolated pixels, by scales or sizes of each axis.</summary>
        public Item Resized()
        {
            Item item = Activation(0);
            int rank = item.Shape.Rank;
            int[] axes = Wholes("axes") is { } some ? [.. some.Select(a => Axis(a, rank))] : [.. Enumerable.Range(0, rank)];
            bool isOld = reader.version < 11;
            float[]? scales = Has(isOld ? 1 : 2) && !IsEmpty(isOld ? 1 : 2) ? RealAt(isOld ? 1 : 2).Floats() : null;
            long[]? sizes = Has(3) && !IsEmpty(3) ? Whole(3) : null;
            if ((scales is null) == (sizes is null) || (scales?.Length ?? sizes!.Length) != axes.Length || axes.Distinct()
                .Count() != axes.Length)
                throw Fault(
                    $"has {scales?.Length ?? 0} scales and {sizes?.Length ?? 0} sizes for {axes.Length} axes; one of them, of "
                        + $"each axis, is accepted");
            for (int i = 0; i < axes.Length; i++)
            {
                int size = item.Shape[axes[i]];
                if (axes[i] == 0 && !IsOneSample && sizes is not null && sizes[i] == reader.inputShape[0])
                    continue; // the batch of the file
                float scale = scales is not null ? scales[i] : (float)sizes![i] / size;
                double target = scales is not null ? Math.Floor((double)(size * scale)) : sizes![i];
                if (!(target is >= 1 and <= MostExtent))
                    throw Fault($"makes {target} of {size}, beyond 1 to {MostExtent}");
                item = Resized(item, axes[i], (int)target, scale);
            }

            return item;
        }

        /// <summary>Nearest or interpolated pixels, as "scales" (operator sets 7 and 9).</summary>
        public Item Upsampled()
        {
            Item item = Activation(0);
            float[] scales = Attribute("scales") is { } given ? [.. given.Floats] : RealAt(1).Floats();
            if (scales.Length != item.Shape.Rank || !scales.All(s => s >= 1 && float.IsFinite(s)))
                throw Fault($"has the scales [{string.Join(", ", scales.Take(9))}] for {item.Shape}; at least 1 is accepted");
            for (int axis = 0; axis < scales.Length; axis++)
                item = Resized(item, axis, checked((int)MathF.Floor(item.Shape[axis] * scales[axis])), scales[axis]);
            return item;
        }

        /// <summary>Each number less than itself by what its neighbours among the channels are.</summary>
        public Item LocallyNormalized()
        {
            Item item = Activation(0);
            long size = Integer("size", 0);
            if (item.Shape.Rank is < 3 or > 4 || size is < 1 or > MostExtent)
                throw Fault($"has size {size} for {item.Shape}; 1 to {MostExtent} and three or four axes are supported");
            int channels = item.Shape[1], before = ((int)size - 1) / 2, after = (int)size / 2;
            float factor = Real("alpha", 1e-4f) / size;
            Taps taps = new(channels, [.. Enumerable.Range(0, channels).Select(c =>
                Enumerable.Range(Math.Max(0, c - before), Math.Min(channels - 1, c + after) - Math.Max(0, c - before) + 1)
                    .Select(from => (from, factor)).ToImmutableArray())]);
            Item sum = Made(new Resample(Placed(1, item.Layout), taps), item.Layout, Mapped(new Square(), item).Value!);
            Item divisor = Mapped(new Power(-Real("beta", 0.75f)), Plus(sum, Real("bias", 1)));
            return Made(new Mul(), item.Layout, item.Value!, divisor.Value!);
        }

        // Operator sets before 11 count pixels from their upper left corners.
        private Item Resized(Item item, int axis, int count, float scale)
        {
            bool isOld = reader.version < 11;
            string place = isOld ? "asymmetric"
                : Text("coordinate_transformation_mode") is { Length: > 0 } said ? said : "half_pixel";
            int size = item.Shape[axis];
            if (axis == 0 && count != size && !IsOneSample)
                throw Mixed("resizes the batch, which is not supported");
            float[] places = [.. Enumerable.Range(0, count).Select(i => place switch
            {
                "asymmetric" => i / scale,
                "align_corners" => count == 1 ? 0 : (float)i * (size - 1) / (count - 1),
                "pytorch_half_pixel" when count == 1 => 0,
                "half_pixel_symmetric" => (size / 2f * (1 - (count / (scale * size)))) + ((i + 0.5f) / scale) - 0.5f,
                _ => ((i + 0.5f) / scale) - 0.5f,
            })];
            string mode = Text("mode") is { Length: > 0 } given ? given : "nearest";
            if (mode == "nearest")
            {
                string rounding = isOld ? "floor" : Text("nearest_mode") is { Length: > 0 } named ? named : "round_prefer_floor";
                return Picked(item, axis, [.. places.Select(p => Math.Clamp(Rounded(p, rounding), 0, size - 1))]);
            }

            if (place == "align_corners" && Math.Abs((scale * size) - count) > 1e-3)
                throw Fault($"aligns the corners of {size} at a scale of {scale}, which programs read in different ways; scales "
                    + $"that give whole sizes are accepted");
            Func<float, ImmutableArray<(int, float)>> near = Integer("antialias", 0) != 0 && scale < 1
                ? p => Widened(p, size, scale, mode == "cubic" ? 2 : 1)
                : mode == "cubic" ? p => Cubic(p, size) : p => Taps.Between(p, size);
            ImmutableArray<ImmutableArray<(int From, float Factor)>> rows = [.. places.Select(near)];
            return rows.Length == size && rows.Select((r, i) => r is [(var from, 1f)] && from == i).All(same => same) ? item
                : Made(new Resample(Placed(axis, item.Layout), new Taps(size, rows)), item.Layout, item.Value!);
        }

        private static int Rounded(float place, string rounding) => (int)(rounding switch
        {
            "floor" => MathF.Floor(place),
            "ceil" => MathF.Ceiling(place),
            "round_prefer_ceil" => MathF.Floor(place + 0.5f),
            _ => MathF.Ceiling(place - 0.5f),
        });

        // The four pixels around a place, by Keys' cubic convolution; what is beyond the edge is the edge, or left out.
        private ImmutableArray<(int From, float Factor)> Cubic(float place, int size)
        {
            float floor = MathF.Floor(place), t = place - floor;
            if (t == 0)
                return [(Math.Clamp((int)floor, 0, size - 1), 1f)];
            return Held(Enumerable.Range((int)floor - 1, 4).Select(p => (p, Keys(p - floor - t))), size, sumsToOne: false);
        }

        // Where pixels get fewer: all pixels under a curve of 1 (linear) or 2 (cubic) new ones to both sides, their factors
        // together 1.
        private ImmutableArray<(int From, float Factor)> Widened(float place, int size, float scale, int reach)
        {
            int first = (int)MathF.Floor(place - (reach / scale)) + 1, last = (int)MathF.Ceiling(place + (reach / scale)) - 1;
            return Held(Enumerable.Range(first, last - first + 1).Select(p => (p, (p - place) * scale is var d && reach == 2
                ? Keys(d) : Math.Max(0, 1 - Math.Abs(d)))), size, sumsToOne: true);
        }

        private float Keys(float distance)
        {
            float a = Real("cubic_coeff_a", -0.75f), d = Math.Abs(distance);
            return d <= 1 ? ((((a + 2) * d) - (a + 3)) * d * d) + 1 : d < 2 ? ((((((d - 5) * d) + 8) * d) - 4) * a) : 0;
        }

        private ImmutableArray<(int From, float Factor)> Held(
            IEnumerable<(int Place, float Factor)> near, int size, bool sumsToOne)
        {
            bool excludes = Integer("exclude_outside", 0) != 0;
            SortedDictionary<int, float> sums = [];
            float total = 0;
            foreach ((int place, float factor) in near)
            {
                int held = Math.Clamp(place, 0, size - 1);
                if (excludes && place != held)
                    continue;
                sums[held] = sums.GetValueOrDefault(held) + factor;
                total += factor;
            }

            return [.. sums.Select(s => (s.Key, excludes || sumsToOne ? s.Value / total : s.Value))];
        }
    }
}
