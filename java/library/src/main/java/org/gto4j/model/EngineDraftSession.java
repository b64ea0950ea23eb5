package org.gto4j.model;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_draft_session;
import org.gto4j.engine.gto_draft_session_times;
import org.gto4j.tree.Children;
import org.gto4j.tree.DrawnTokens;
import org.jspecify.annotations.Nullable;

/** Native side of {@link DraftSession}. */
final class EngineDraftSession {
    private final gto_draft_session handle;
    private final EngineScratch scratch = new EngineScratch();
    private final EngineScratch.Ints rowsIn = scratch.ints();
    private final EngineScratch.Ints tokensIn = scratch.ints();
    private final EngineScratch.Ints beginsIn = scratch.ints();
    private final EngineScratch.Ints queryIn = scratch.ints();
    private final EngineScratch.Ints tokensOut = scratch.ints();
    private final EngineScratch.Ints firstOut = scratch.ints();
    private final EngineScratch.Floats logProbsOut = scratch.floats();
    private final EngineScratch.Floats queryOut = scratch.floats();

    EngineDraftSession(gto_draft_session handle) {
        this.handle = handle;
    }

    int rows() {
        return gto4j.gto_draft_session_rows(handle);
    }

    void truncate(int rows) {
        Engine.check(gto4j.gto_draft_session_truncate(handle, rows));
    }

    void extend(EngineFeatures features, int first, int count, int[] nextTokens, int rootsFrom) {
        Engine.check(gto4j.gto_draft_session_extend(
                handle, features.handle, first, count, tokensIn.of(nextTokens), rootsFrom));
    }

    Children roots(int[] rows, int k, int @Nullable [] query) {
        int n = rows.length;
        int children = Math.multiplyExact(n, k);
        IntPointer asked = query == null ? null : queryIn.of(query);
        FloatPointer answers = query == null ? null : queryOut.room(n);
        Engine.check(gto4j.gto_draft_session_roots(
                handle, n, rowsIn.of(rows), k, tokensOut.room(children), logProbsOut.room(children), asked, answers));
        return children(-1, n, k, query != null);
    }

    Children expand(int[] parents, int[] tokens, int k, int @Nullable [] query) {
        int n = parents.length;
        int children = Math.multiplyExact(n, k);
        IntPointer asked = query == null ? null : queryIn.of(query);
        FloatPointer answers = query == null ? null : queryOut.room(n);
        Engine.check(gto4j.gto_draft_session_expand(
                handle,
                n,
                rowsIn.of(parents),
                tokensIn.of(tokens),
                k,
                tokensOut.room(children),
                logProbsOut.room(children),
                asked,
                answers,
                firstOut.room(1)));
        return children(firstOut.get(1)[0], n, k, query != null);
    }

    private Children children(int firstNode, int n, int k, boolean queried) {
        return new Children(
                firstNode, k, tokensOut.get(n * k), logProbsOut.get(n * k), queried ? queryOut.get(n) : null);
    }

    DrawnTokens draw(int[] rowsOrNodes, int[][] fixed, EngineDrawnChildren into) {
        int n = rowsOrNodes.length;
        Engine.check(gto4j.gto_draft_session_draw(
                handle,
                into.handle,
                n,
                rowsIn.of(rowsOrNodes),
                beginsIn.of(Engine.begins(fixed)),
                tokensIn.of(Engine.concatenated(fixed)),
                tokensOut.room(n),
                firstOut.room(1)));
        return new DrawnTokens(firstOut.get(1)[0], tokensOut.get(n));
    }

    float[] logits(int rowOrNode, int draftVocabulary) {
        float[] logits = new float[draftVocabulary];
        Engine.check(gto4j.gto_draft_session_logits(handle, rowOrNode, logits));
        return logits;
    }

    NativeTimes.Draft times() {
        try (gto_draft_session_times t = gto4j.gto_draft_session_spent(handle)) {
            return new NativeTimes.Draft(t.calls(), t.waited(), t.products(), t.kernels());
        }
    }

    void free() {
        gto4j.gto_draft_session_free(handle);
        scratch.free();
    }
}
