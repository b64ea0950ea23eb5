package org.gto4j.train;

/** How far a run is in its budget. */
final class BudgetProgress {
    private final Budget budget;
    private final long totalSteps;

    /** @param totalMicroBatches of all epochs, for a budget of epochs */
    BudgetProgress(Budget budget, int accumulation, long totalMicroBatches) {
        this.budget = budget;
        this.totalSteps = switch (budget.unit()) {
            case STEPS -> (long) Math.ceil(budget.amount());
            case EPOCHS -> (totalMicroBatches + accumulation - 1) / accumulation;
            case MINUTES, CPU_MINUTES -> 0;
        };
    }

    /** Steps of the whole run, 0 if the budget is in minutes. */
    long totalSteps() {
        return totalSteps;
    }

    /** Share of the budget used, 0..1; 1 = all. */
    double fraction(long step, double seconds) {
        double used = budget.timed() ? seconds / (60 * budget.amount()) : (double) step / totalSteps;
        return Math.min(1, used);
    }
}
