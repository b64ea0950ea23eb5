package org.gto4j.lab.figure;

/** The {@code d} of an SVG path, in relative steps of whole tenths, so that it stays short and errors don't add up. */
final class PathData {
    private final StringBuilder data = new StringBuilder();
    private long x;
    private long y;
    private boolean lines;

    void move(double toX, double toY) {
        x = Math.round(10 * toX);
        y = Math.round(10 * toY);
        data.append('M').append(Figures.tenths(x));
        number(y);
        lines = false;
    }

    void line(double toX, double toY) {
        long nextX = Math.round(10 * toX);
        long nextY = Math.round(10 * toY);
        if (lines) {
            number(nextX - x);
        } else {
            data.append('l').append(Figures.tenths(nextX - x));
        }
        number(nextY - y);
        x = nextX;
        y = nextY;
        lines = true;
    }

    /** A minus sign parts numbers, too. */
    private void number(long tenths) {
        data.append(tenths < 0 ? "" : " ").append(Figures.tenths(tenths));
    }

    @Override
    public String toString() {
        return data.toString();
    }
}
