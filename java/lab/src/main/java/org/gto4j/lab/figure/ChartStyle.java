package org.gto4j.lab.figure;

/**
 * The style sheet that each chart brings along, so that it looks the same in a page and as a file: colours follow the
 * reader's light or dark scheme.
 */
final class ChartStyle {
    static final String CSS = """
        <style>
        .chart{--paper:#fff;--ink:#1f2933;--dim:#52606d;--grid:#e4e7eb;--c0:#1d6fd1;--c1:#c92a2a;--c2:#2b8a3e;--c3:#b35c00;--c4:#7048b6;--c5:#0b7285;--c6:#b83280;--c7:#5c6773;max-width:100%;height:auto;font:13px system-ui,sans-serif}
        @media(prefers-color-scheme:dark){.chart{--paper:#161b22;--ink:#e6edf3;--dim:#9aa7b4;--grid:#30363d;--c0:#6cb6ff;--c1:#ff8f8f;--c2:#69db7c;--c3:#f2c14e;--c4:#b197fc;--c5:#66d9e8;--c6:#f783ac;--c7:#adb5bd}}
        .chart .paper{fill:var(--paper)}.chart text{fill:var(--dim)}.chart .title{fill:var(--ink);font-size:15px;font-weight:600}
        .chart .grid{stroke:var(--grid);fill:none}.chart .line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .chart .dot,.chart .bar{fill:currentColor}.chart .bar:hover{opacity:.75}.chart .hit{fill:currentColor;fill-opacity:0}.chart .hit:hover{fill-opacity:.45}
        </style>
        """;

    private static final int COLOURS = 8;
    /** Of lines of the first colours, of those that come round again, and so on. */
    private static final String[] DASHES = {
        "", ";stroke-dasharray:6 5", ";stroke-dasharray:1 5", ";stroke-dasharray:10 4 2 4"
    };

    private ChartStyle() {}

    /** What tells a series from the others. */
    static String of(int series) {
        return "color:var(--c" + series % COLOURS + ")" + DASHES[series / COLOURS % DASHES.length];
    }
}
