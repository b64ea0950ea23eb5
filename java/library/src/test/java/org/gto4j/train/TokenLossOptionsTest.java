package org.gto4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.model.TokenLoss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Miss decay and hard labels as options: ranges, defaults, and what a run's folder keeps of them. */
class TokenLossOptionsTest {
    private static TrainingOptions.Builder options() {
        return TrainingOptions.phaseOne(Budget.steps(3));
    }

    @Test
    void areOffByDefault() {
        for (TrainingOptions.Builder builder : List.of(options(), TrainingOptions.phaseTwo(Budget.steps(3)))) {
            assertEquals(1, builder.build().missDecay());
            assertEquals(0, builder.build().loss().hardLabelShare());
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -0.5f, 1.001f, Float.NaN, Float.POSITIVE_INFINITY})
    void aMissDecayIsAboveZeroAndAtMostOne(float wrong) {
        GtoException e = assertThrows(
                GtoException.class, () -> options().missDecay(wrong).build());
        assertEquals(GtoException.Kind.ARGUMENT, e.kind());
        assertEquals("training option missDecay: expected in (0, 1], found " + wrong, e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.001f, 1.001f, Float.NaN, Float.NEGATIVE_INFINITY})
    void hardLabelsAreAShare(float wrong) {
        TokenLoss soft = TokenLoss.of(TokenLoss.Kind.LK_LAMBDA);
        GtoException e = assertThrows(GtoException.class, () -> soft.withHardLabels(wrong));
        assertEquals(GtoException.Kind.ARGUMENT, e.kind());
        assertEquals("hardLabelShare of the token loss must be in [0, 1], found " + wrong, e.getMessage());
    }

    @Test
    void aRunKeepsThem() {
        ObjectNode plain = RunConfig.of(options().build());
        ObjectNode set = RunConfig.of(options()
                .missDecay(0.5f)
                .loss(TokenLoss.crossEntropy().withHardLabels(0.3f))
                .build());
        assertEquals("0.5", set.path("missDecay").asText());
        assertEquals("0.3", set.path("loss").path("hardLabelShare").asText());
        assertEquals(
                List.of(
                        "missDecay: expected \"0.5\", found \"1.0\"",
                        "loss.hardLabelShare: expected \"0.3\", found \"0.0\""),
                RunConfig.differences(set, plain));
    }
}
