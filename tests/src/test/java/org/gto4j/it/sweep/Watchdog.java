package org.gto4j.it.sweep;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assertions;

/** Makes calls on a thread of its own, so that one that hangs is noticed. */
final class Watchdog implements AutoCloseable {
    private static final long SECONDS = 10;

    private Thread thread = Thread.currentThread();
    private ExecutorService executor = start();

    private ExecutorService start() {
        return Executors.newSingleThreadExecutor(task -> {
            thread = new Thread(task, "sweep");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What the call throws; null if it returns. A call that hangs is an AssertionError. */
    Throwable outcome(Callable<?> call) {
        Future<?> result = executor.submit(call);
        try {
            result.get(SECONDS, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (TimeoutException e) {
            AssertionError hangs = new AssertionError("hangs at "
                    + Arrays.stream(thread.getStackTrace()).limit(12).toList());
            executor.shutdownNow();
            executor = start();
            return hangs;
        } catch (InterruptedException e) {
            return Assertions.fail(e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
