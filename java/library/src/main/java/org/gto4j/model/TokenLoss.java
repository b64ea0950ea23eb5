package org.gto4j.model;

import java.util.Objects;
import org.gto4j.common.Arguments;

/**
 * What a draft learns from the target's distribution p, both over the draft vocabulary; q is the draft's, alpha = sum
 * min(p, q) the rate at which speculative sampling accepts a draw from q (arXiv 2211.17192), 1 - alpha the total
 * variation of p and q.
 *
 * <p>With a hard label share a the loss of a row is (1 - a) times that of its kind, plus a times - log q of the text's
 * own token (after arXiv 2608.30135). Of greedy texts that token is the target's argmax. A row whose text token isn't
 * in the draft vocabulary keeps the loss of its kind alone.
 *
 * @param kind the loss of a row
 * @param eta of {@link Kind#LK_LAMBDA}, at least 0; the others don't read it
 * @param hardLabelShare a, in [0, 1]; 0 = soft labels alone
 */
public record TokenLoss(Kind kind, float eta, float hardLabelShare) {
    /** eta of the LK losses' paper (arXiv 2602.23881): 3. */
    public static final float DEFAULT_ETA = 3;

    /** The loss of a row. */
    public enum Kind {
        /** - sum p log q: EAGLE-3's (arXiv 2503.01840). */
        CROSS_ENTROPY,
        /** sum p (log p - log q): the cross-entropy's gradient, a value that reaches 0. */
        FORWARD_KL,
        /** 1 - alpha. Its gradient vanishes where p and q hardly overlap, so start from a trained draft. */
        TOTAL_VARIATION,
        /** - log alpha (arXiv 2602.23881). */
        LK_ALPHA,
        /**
         * lambda KL + (1 - lambda) (1 - alpha) with lambda = exp(-eta alpha), a constant of the gradient (arXiv
         * 2602.23881): KL at first, total variation as the draft improves. The paper takes lambda from alpha's mean
         * over a batch's position, this from each row's own.
         */
        LK_LAMBDA
    }

    /** Checks eta and the share. */
    public TokenLoss {
        Objects.requireNonNull(kind, "kind");
        Arguments.check(eta >= 0 && Float.isFinite(eta), "eta of the token loss must be at least 0, found %s", eta);
        Arguments.check(
                hardLabelShare >= 0 && hardLabelShare <= 1,
                "hardLabelShare of the token loss must be in [0, 1], found %s",
                hardLabelShare);
    }

    /** A loss with the default eta and soft labels alone. */
    public static TokenLoss of(Kind kind) {
        return new TokenLoss(kind, DEFAULT_ETA, 0);
    }

    /** The same with such a share of hard labels, in [0, 1]. */
    public TokenLoss withHardLabels(float share) {
        return new TokenLoss(kind, eta, share);
    }

    /** The default: soft cross-entropy. */
    public static TokenLoss crossEntropy() {
        return of(Kind.CROSS_ENTROPY);
    }
}
