package org.gto4j.lab.figure;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites a chart's SVG, in which every piece of a line has a style of its own and every number all its digits, into a
 * small one of the same picture.
 */
final class SmallSvg {
    private static final Pattern PIECE = Pattern.compile(
            "<line style=\"(fill:none;[^\"]*)\" x1=\"([^\"]*)\" x2=\"([^\"]*)\" y1=\"([^\"]*)\" y2=\"([^\"]*)\"/>\\s*");
    /** The coordinates of a path; text is drawn as paths, too. */
    private static final Pattern PATH = Pattern.compile(" d=\"[^\"]*\"");

    private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+");
    private static final Pattern BLANKS = Pattern.compile(">\\s+<");

    private SmallSvg() {}

    static String of(String svg) {
        String joined = BLANKS.matcher(join(svg)).replaceAll("><");
        return PATH.matcher(joined)
                .replaceAll(path -> NUMBER.matcher(path.group()).replaceAll(number -> tenths(number.group())));
    }

    /** A tenth of a pixel is less than anybody sees. */
    private static String tenths(String number) {
        String text = String.format(Locale.ROOT, "%.1f", Double.parseDouble(number));
        String whole = text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
        return whole.equals("-0") ? "0" : whole;
    }

    /** Pieces of one style that follow each other become one path. */
    private static String join(String svg) {
        StringBuilder joined = new StringBuilder(svg.length());
        Matcher piece = PIECE.matcher(svg);
        String style = "";
        String end = "";
        int at = 0;
        while (piece.find()) {
            boolean follows = piece.start() == at && piece.group(1).equals(style);
            if (!follows) {
                close(joined, style);
                style = piece.group(1);
                end = "";
                joined.append(svg, at, piece.start()).append("<path d=\"");
            }
            String start = piece.group(2) + "," + piece.group(4);
            joined.append(start.equals(end) ? "" : "M" + start);
            end = piece.group(3) + "," + piece.group(5);
            joined.append('L').append(end);
            at = piece.end();
        }
        close(joined, style);
        return joined.append(svg, at, svg.length()).toString();
    }

    private static void close(StringBuilder joined, String style) {
        if (!style.isEmpty()) {
            joined.append("\" style=\"").append(style).append("\"/>");
        }
    }
}
