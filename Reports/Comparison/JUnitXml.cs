using System.Globalization;
using System.Text;
using System.Xml;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Comparison;

/// <summary>
/// Writes a check as JUnit's XML, which continuous integration servers show: one test suite per profile, one test case per
/// figure.
/// </summary>
public static class JUnitXml
{
    private static readonly XmlWriterSettings Layout = new()
    {
        Indent = true,
        NewLineChars = "\n",
        Encoding = new UTF8Encoding(false),
    };

    /// <summary>Writes the document.</summary>
    public static void Write(IReadOnlyCollection<CheckedFigure> figures, Stream output)
    {
        using (XmlWriter xml = XmlWriter.Create(output, Layout))
        {
            xml.WriteStartElement("testsuites");
            Counts(xml, "npusim check", figures);
            foreach (IGrouping<string, CheckedFigure> profile in figures.GroupBy(f => f.Change.Profile))
            {
                xml.WriteStartElement("testsuite");
                Counts(xml, profile.Key, [.. profile]);
                foreach (CheckedFigure figure in profile)
                    Case(xml, figure);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        output.Write("\n"u8);
    }

    private static void Case(XmlWriter xml, CheckedFigure figure)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", PlainText.Line($"{figure.Change.Profile}.{figure.Change.Method}"));
        xml.WriteAttributeString("name", figure.Change.Metric.Name);
        if (!figure.Holds)
        {
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("message", PlainText.Line(figure.Fault));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Counts(XmlWriter xml, string name, IReadOnlyCollection<CheckedFigure> figures)
    {
        xml.WriteAttributeString("name", PlainText.Line(name));
        xml.WriteAttributeString("tests", figures.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", figures.Count(f => !f.Holds).ToString(CultureInfo.InvariantCulture));
    }
}
