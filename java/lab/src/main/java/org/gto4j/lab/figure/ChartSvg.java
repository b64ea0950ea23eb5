package org.gto4j.lab.figure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.gto4j.error.GtoException;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.internal.chartpart.Chart;

/** Charts as small SVG elements. */
final class ChartSvg {
    private ChartSvg() {}

    /** The drawing without the head of an XML document. */
    static String of(Chart<?, ?> chart) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsFormat.SVG);
        } catch (IOException e) {
            throw new GtoException(
                    GtoException.Kind.INTERNAL, "can't draw the chart " + chart.getTitle() + ": " + e, e);
        }
        String document = bytes.toString(StandardCharsets.UTF_8);
        return SmallSvg.of(document.substring(document.indexOf("<svg")));
    }
}
