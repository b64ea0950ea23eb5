package org.gto4j.lab.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar with its estimated time, for a terminal. */
final class BarProgress implements Progress {
    private static final int UNITS = 1000;

    private final TimeLeft timeLeft;
    private final ProgressBar bar;

    /** @param nanos a clock that never goes back, e.g. {@link System#nanoTime} */
    BarProgress(String task, PrintStream err, LongSupplier nanos) {
        timeLeft = new TimeLeft(nanos);
        bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(UNITS)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .setEtaFunction(state -> eta())
                .setConsumer(new ConsoleProgressBarConsumer(err))
                .build();
    }

    /** The bar's own counts what a resumed task has done before, as if it had taken no time. */
    private Optional<Duration> eta() {
        OptionalDouble seconds = timeLeft.seconds();
        return seconds.isPresent()
                ? Optional.of(Duration.ofSeconds(Math.round(seconds.getAsDouble())))
                : Optional.empty();
    }

    @Override
    public void update(double fraction, String detail) {
        timeLeft.update(fraction);
        bar.stepTo(Math.round(UNITS * Math.min(1, Math.max(0, fraction))));
        bar.setExtraMessage(" " + detail);
    }

    @Override
    public void close() {
        bar.close();
    }
}
