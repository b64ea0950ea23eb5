package org.gto4j.lab.terminal;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar with its estimated time, for a terminal. */
final class BarProgress implements Progress {
    private static final int UNITS = 1000;

    private final TimeLeft timeLeft;
    private final ProgressBar bar;
    private final Runnable closed;

    /**
     * @param nanos a clock that never goes back, e.g. {@link System#nanoTime}
     * @param closed is told when the bar is no longer shown
     */
    BarProgress(String task, PrintStream err, LongSupplier nanos, Runnable closed) {
        this.closed = closed;
        long start = nanos.getAsLong();
        timeLeft = new TimeLeft(nanos);
        bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(UNITS)
                .setUpdateIntervalMillis(500)
                .setRenderer((state, width) -> BarLine.of(
                        task,
                        state.getNormalizedProgress(),
                        (nanos.getAsLong() - start) * 1e-9,
                        timeLeft.seconds(),
                        state.getExtraMessage().strip(),
                        width))
                .setConsumer(new ConsoleProgressBarConsumer(err))
                .build();
    }

    @Override
    public void update(double fraction, String detail) {
        timeLeft.update(fraction);
        bar.stepTo(Math.round(UNITS * Math.min(1, Math.max(0, fraction))));
        bar.setExtraMessage(detail);
    }

    @Override
    public void close() {
        bar.close();
        closed.run();
    }
}
