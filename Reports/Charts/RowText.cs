using OxyPlot;
using OxyPlot.Annotations;

namespace NpuSim.Reports.Charts;

/// <summary>A text in a row of a <see cref="RowAxis"/>.</summary>
internal sealed class RowText : Annotation
{
    public RowText() => ToolTip = Roles.Value;

    /// <summary>What it says.</summary>
    public required string Text { get; init; }

    /// <summary>The row.</summary>
    public required int Row { get; init; }

    /// <summary>Where in the row.</summary>
    public RowPlace Place { get; init; }

    /// <summary>The value beside which it stands, in <see cref="RowPlace.Value"/>.</summary>
    public double X { get; init; }

    /// <summary>True for the name of the rows below.</summary>
    public bool IsHeading
    {
        get => ToolTip == Roles.Heading;
        init => ToolTip = value ? Roles.Heading : Roles.Value;
    }

    /// <inheritdoc/>
    public override void Render(IRenderContext rc)
    {
        double x = Place switch
        {
            RowPlace.Value => XAxis!.Transform(X),
            RowPlace.Left => PlotModel.PlotArea.Left,
            _ => PlotModel.PlotArea.Right,
        };
        double width = PlotModel.Width - x - Chart.Edge;
        string text = Place == RowPlace.Left ? TextMeasure.Fit(Text, Chart.TextSize * (IsHeading ? 1.12 : 1), width) : Text;
        rc.DrawText(
            new ScreenPoint(x + 6, YAxis!.Transform(Row)), text, Palette.Ink, null, Chart.TextSize,
            IsHeading ? 600 : FontWeights.Normal, 0, HorizontalAlignment.Left, VerticalAlignment.Middle);
    }
}
