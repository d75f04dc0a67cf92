using OxyPlot;
using OxyPlot.Legends;

namespace NpuSim.Reports.Charts;

/// <summary>Lists the titled series in rows above the plot area, where it covers no data.</summary>
internal sealed class ChartLegend : Legend
{
    public ChartLegend()
    {
        LegendPlacement = LegendPlacement.Outside;
        LegendPosition = LegendPosition.TopLeft;
        LegendOrientation = LegendOrientation.Horizontal;
        AllowUseFullExtent = true;
        LegendBorderThickness = 0;
        (LegendPadding, LegendMargin, LegendItemSpacing, LegendLineSpacing) = (0, 8, 16, 2);
        (LegendSymbolLength, LegendSymbolMargin) = (18, 6);
        LegendFontSize = Chart.TextSize;
        ToolTip = Roles.Legend;
    }

    /// <inheritdoc/>
    public override void RenderLegends(IRenderContext rc)
    {
        (rc as ChartContext)?.BeginLegend();
        base.RenderLegends(rc);
    }
}
