package org.gto4j.train;

import org.gto4j.common.ConstantName;
import org.gto4j.error.GtoException;

/**
 * How long a run trains.
 *
 * @param unit what is counted
 * @param amount how many of them, above 0
 */
public record Budget(Unit unit, double amount) {
    /** What a budget counts. */
    public enum Unit {
        /** Optimizer steps. Only with these and with epochs does a resumed run repeat an unbroken one bit for bit. */
        STEPS,
        /** Passes over the corpus. */
        EPOCHS,
        /** Minutes spent in the run, all its parts together. The schedule follows the share of time used. */
        MINUTES,
        /**
         * The same in minutes of processor time, all threads together: fairer between runs where the machine is busy
         * otherwise. Threads that wait at a barrier count. Where the system doesn't tell processor time, it is the wall
         * clock's.
         */
        CPU_MINUTES
    }

    /** Most epochs of a budget: the batches of all of them are counted beforehand. */
    public static final int MOST_EPOCHS = 10_000;

    /** Checks the amount. */
    public Budget {
        if (!(amount > 0) || Double.isInfinite(amount)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "budget: expected more than 0 " + ConstantName.spaced(unit) + ", found " + amount);
        }
        if (unit == Unit.EPOCHS && amount > MOST_EPOCHS) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, "budget: expected at most " + MOST_EPOCHS + " epochs, found " + amount);
        }
    }

    /** Whether time is counted. */
    boolean timed() {
        return unit == Unit.MINUTES || unit == Unit.CPU_MINUTES;
    }

    /** A number of optimizer steps. */
    public static Budget steps(int count) {
        return new Budget(Unit.STEPS, count);
    }

    /** A number of passes over the corpus, at most 10,000. */
    public static Budget epochs(int count) {
        return new Budget(Unit.EPOCHS, count);
    }

    /** Minutes of processor time. */
    public static Budget cpuMinutes(double minutes) {
        return new Budget(Unit.CPU_MINUTES, minutes);
    }

    /** Minutes. */
    public static Budget minutes(double minutes) {
        return new Budget(Unit.MINUTES, minutes);
    }
}
