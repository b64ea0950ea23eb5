package org.gto4j.lab.figure;

/** Writes a chart's SVG element. */
final class Svg {
    private final StringBuilder body = new StringBuilder();

    /** Anything that is well-formed. */
    Svg raw(String markup) {
        body.append(markup);
        return this;
    }

    /** @param anchor start, middle or end */
    Svg text(double x, double y, String anchor, String kind, String text) {
        body.append("<text x=\"")
                .append(Figures.tenths(x))
                .append("\" y=\"")
                .append(Figures.tenths(y))
                .append('"');
        if (!anchor.equals("start")) {
            body.append(" text-anchor=\"").append(anchor).append('"');
        }
        if (!kind.isEmpty()) {
            body.append(" class=\"").append(kind).append('"');
        }
        body.append('>').append(Html.escape(text)).append("</text>\n");
        return this;
    }

    Svg path(String kind, PathData data) {
        body.append("<path class=\"")
                .append(kind)
                .append("\" d=\"")
                .append(data)
                .append("\"/>\n");
        return this;
    }

    /** @param title what is shown when the pointer is there; empty: nothing */
    Svg circle(String kind, double x, double y, int radius, String title) {
        body.append("<circle class=\"")
                .append(kind)
                .append("\" cx=\"")
                .append(Figures.tenths(x))
                .append("\" cy=\"");
        body.append(Figures.tenths(y)).append("\" r=\"").append(radius).append('"');
        return titled("circle", title);
    }

    /** A bar between two heights, whichever is the upper one. */
    Svg bar(double x, double width, double from, double to, String title) {
        body.append("<rect class=\"bar\" x=\"").append(Figures.tenths(x)).append("\" y=\"");
        body.append(Figures.tenths(Math.min(from, to))).append("\" width=\"").append(Figures.tenths(width));
        body.append("\" height=\"").append(Figures.tenths(Math.abs(from - to))).append('"');
        return titled("rect", title);
    }

    private Svg titled(String element, String title) {
        body.append(title.isEmpty() ? "/>\n" : "><title>" + Html.escape(title) + "</title></" + element + ">\n");
        return this;
    }

    /** What has the look of a series. */
    Svg open(int series) {
        body.append("<g style=\"").append(ChartStyle.of(series)).append("\">\n");
        return this;
    }

    Svg close() {
        body.append("</g>\n");
        return this;
    }

    /** All of it. */
    String element(int width, double height, String label) {
        String size = Figures.tenths(height);
        return "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + size
                + "\" width=\"" + width + "\" height=\"" + size + "\" role=\"img\" aria-label=\"" + Html.escape(label)
                + "\">\n" + ChartStyle.CSS + "<path class=\"paper\" d=\"M0 0h" + width + "v" + size + "H0z\"/>\n" + body
                + "</svg>\n";
    }
}
