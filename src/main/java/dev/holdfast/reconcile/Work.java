package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What steps are about.
 *
 * @param previous the release before, for what a rollback puts back
 * @param sight what is seen beside the release
 * @param looked is shown what each look gave
 * @param shells those that people sit at
 */
record Work(
    Release release,
    @Nullable Release previous,
    Requests requests,
    AppMemory memory,
    Sight sight,
    Consumer<ObservedState> looked,
    Shells shells) {}
