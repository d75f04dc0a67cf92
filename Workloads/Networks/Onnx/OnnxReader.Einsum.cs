using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Sums of products by letters of axes.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        /// <summary>Of one tensor sums over axes and another order of them; of two a product of matrices for each index that both
        /// have and the result keeps.</summary>
        public Item SumOfProducts()
        {
            string equation = Text("equation").Replace(" ", "", StringComparison.Ordinal);
            string[] sides = equation.Split("->"), terms = sides[0].Split(',');
            string result = sides.Length == 2 ? sides[1] : sides.Length == 1 ? Standard(sides[0]) : "?";
            string all = sides[0].Replace(",", "", StringComparison.Ordinal);
            if (terms.Length != proto.Input.Count || terms.Length > 2 || !(all + result).All(char.IsAsciiLetter)
                || terms.Append(result).Any(t => t.Distinct().Count() != t.Length) || result.Except(all).Any())
                throw Fault($"has the equation '{NetworkParts.Name(equation)}'; one or two terms of letters, each once in a "
                    + "term, are supported");
            string[] kept = [.. terms.Select((t, i) => new string([.. t.Where(l =>
                result.Contains(l, StringComparison.Ordinal) || terms.Where((_, other) => other != i).Any(o => o.Contains(l,
                    StringComparison.Ordinal)))]))];
            Item[] operands = [.. terms.Select((t, i) => Summed(i, t, kept[i]))];
            terms = kept;
            return terms.Length == 1 ? Ordered(operands[0], terms[0], result) : Multiplied(operands, terms, result);
        }

        // Letters that stand once, in the order of the alphabet, where the equation gives no result.
        private static string Standard(string terms) => new([.. terms.Where(l => l != ',').GroupBy(l => l)
            .Where(g => g.Count() == 1).Select(g => g.Key).Order()]);

        // A term without the axes whose letters stand nowhere else.
        private Item Summed(int input, string term, string kept)
        {
            Item item = Operand(input);
            if (RankOf(item) != term.Length)
                throw Fault($"names {term.Length} axes of a tensor of {RankOf(item)}");
            int[] gone = [.. Enumerable.Range(0, term.Length).Where(a => !kept.Contains(term[a], StringComparison.Ordinal))];
            if (gone.Length == 0)
                return item;
            if (item.Constant is not null)
                throw Fault("sums over an axis of a constant alone, which is not supported");
            if (gone.Contains(0) && !IsOneSample)
                throw Mixed("is over the batch, which is not supported");
            Item sum = Summed(item, gone);
            return Viewed(sum, Without(sum.Shape, gone));
        }

        private Item Multiplied(Item[] operands, string[] terms, string result)
        {
            char[] shared = [.. terms[0].Intersect(terms[1])], joined = [.. shared.Where(l => !result.Contains(l,
                StringComparison.Ordinal))], each = [.. result.Where(shared.Contains)];
            char[] left = [.. terms[0].Except(shared)], right = [.. terms[1].Except(shared)];
            Dictionary<char, int> extents = [];
            for (int i = 0; i < 2; i++)
            {
                int[] own = operands[i].Constant is { } c ? [.. c.Extents] : [.. operands[i].Shape];
                for (int axis = 0; axis < own.Length; axis++)
                {
                    if (!extents.TryAdd(terms[i][axis], own[axis]) && extents[terms[i][axis]] != own[axis])
                        throw Fault($"gives the letter {terms[i][axis]} the extents {extents[terms[i][axis]]} and {own[axis]}");
                }
            }

            int Count(char[] letters) => letters.Aggregate(1, (product, l) => checked(product * extents[l]));
            if (!IsOneSample && operands.Select((o, i) => (o, i)).Any(o => o.o.Constant is null && (result.Length == 0
                || terms[o.i][0] != result[0])))
                throw Mixed("does not keep the batch first, which is not supported");
            string order = new([.. each, .. left, .. right]);
            Item product;
            if (each.Length == 0 && operands[1].Constant is { } matrix)
                product = WithMatrix(operands[0], terms[0], left, matrix, terms[1], right);
            else if (each.Length == 0 && operands[0].Constant is { } first)
            {
                product = WithMatrix(operands[1], terms[1], right, first, terms[0], left);
                order = new([.. right, .. left]);
            }
            else
            {
                int[] outer = [.. each.Select(l => extents[l])];
                Item a = Viewed(Ordered(Valued(operands[0]), terms[0], new([.. each, .. left, .. joined])),
                    [.. outer, Count(left), Count(joined)]);
                Item b = Viewed(Ordered(Valued(operands[1]), terms[1], new([.. each, .. joined, .. right])),
                    [.. outer, Count(joined), Count(right)]);
                product = Made(new MatMul(), Layout.Plain, a.Value!, b.Value!);
            }

            Shape shape = Shape.Create([.. order.Select(l => extents[l]).DefaultIfEmpty(1)]);
            return Ordered(Viewed(product, shape), order, result);

            // A layer of weights over the letters that both have.
            Item WithMatrix(Item x, string term, char[] own, Constant weight, string letters, char[] outputs)
            {
                Value rows = Viewed(Ordered(x, term, new([.. own, .. joined])),
                    [.. own.Select(l => extents[l]).DefaultIfEmpty(1), Count(joined)]).Value!;
                int[] turn = [.. joined.Concat(outputs).Select(l => letters.IndexOf(l, StringComparison.Ordinal))];
                Constant turned = turn.SequenceEqual(Enumerable.Range(0, turn.Length)) ? weight : Transposed(weight, turn);
                return Dense(rows, Reshaped(Real(turned, 0), [Count(joined), Count(outputs)]).Constant!, transposed: false, null);
            }
        }

        // The axes of a tensor in the order of other letters.
        private Item Ordered(Item item, string letters, string wanted)
        {
            if (letters == wanted || wanted.Length == 0)
                return item;
            int[] order = [.. wanted.Select(l => letters.IndexOf(l, StringComparison.Ordinal))];
            if (order[0] != 0 && !IsOneSample)
                throw Mixed("does not keep the batch first, which is not supported");
            return new Item(parts.Moved($"{Name} order", new Transpose([.. order]), Plain(item)), Layout.Plain);
        }
    }
}
