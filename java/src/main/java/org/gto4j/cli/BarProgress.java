package org.gto4j.cli;

import java.io.PrintStream;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar with its estimated time, for a terminal. */
final class BarProgress implements Progress {
    private static final int UNITS = 1000;

    private final ProgressBar bar;

    BarProgress(String task, PrintStream err) {
        bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(UNITS).setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(500)
            .setConsumer(new ConsoleProgressBarConsumer(err)).build();
    }

    @Override
    public void update(double fraction, String detail) {
        bar.stepTo(Math.round(UNITS * Math.min(1, Math.max(0, fraction))));
        bar.setExtraMessage(" " + detail);
    }

    @Override
    public void close() {
        bar.close();
    }
}
