package org.gto4j.lab.figure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as text. */
final class Figures {
    private static final MathContext SHOWN = new MathContext(4);
    private static final double SMALL = 1e-4;

    private Figures() {}

    /** Four digits of a finite number, e.g. "3.142", "12,340", "2.5e-5". */
    static String shown(double value) {
        BigDecimal rounded = new BigDecimal(value).round(SHOWN);
        return value != 0 && Math.abs(value) < SMALL ? scientific(rounded) : plain(rounded);
    }

    /** Without zeros at its end, thousands apart. */
    static String plain(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return String.format(Locale.ROOT, "%,." + Math.max(0, stripped.scale()) + "f", stripped);
    }

    /** E.g. "2e-5". */
    static String scientific(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        return stripped.scaleByPowerOfTen(-exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
    }

    /** A coordinate: a tenth of a pixel is less than anybody sees. */
    static String tenths(double value) {
        return tenths(Math.round(10 * value));
    }

    /** A number of tenths. */
    static String tenths(long tenths) {
        String sign = tenths < 0 ? "-" : "";
        long size = Math.abs(tenths);
        return sign + size / 10 + (size % 10 == 0 ? "" : "." + size % 10);
    }
}
