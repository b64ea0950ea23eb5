package org.gto4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.gto4j.model.DraftFileType;

/** Real numbers as bytes, little-endian, rounded to the nearest, ties to even. */
final class RealBytes {
    private static final float MOST_F16 = 65504;
    private static final int F16_FRACTION_BITS = 10;
    private static final int F16_LEAST_EXPONENT = -14;
    private static final int BF16_HALF = 0x7fff;

    private RealBytes() {}

    static int width(DraftFileType type) {
        return type == DraftFileType.F32 ? Float.BYTES : Short.BYTES;
    }

    /** Whether the type holds the number, rounded. */
    static boolean holds(DraftFileType type, float value) {
        return switch (type) {
            case F32 -> Float.isFinite(value);
            case F16 -> Math.abs(value) <= MOST_F16;
            case BF16 -> Float.isFinite(Float.intBitsToFloat(bf16(value) << Short.SIZE));
        };
    }

    static byte[] of(DraftFileType type, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * width(type)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (type) {
                case F32 -> bytes.putFloat(value);
                case F16 -> bytes.putShort(f16(value));
                case BF16 -> bytes.putShort(bf16(value));
            }
        }
        return bytes.array();
    }

    private static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) (bits + BF16_HALF + (bits >> Short.SIZE & 1) >> Short.SIZE);
    }

    private static short f16(float value) {
        double size = Math.abs((double) value);
        int exponent = Math.max(size == 0 ? F16_LEAST_EXPONENT : Math.getExponent(size), F16_LEAST_EXPONENT);
        int fraction = (int) Math.rint(Math.scalb(size, F16_FRACTION_BITS - exponent));
        // the hidden bit counts as the least exponent's one; a fraction that was rounded up carries
        int bits = (exponent - F16_LEAST_EXPONENT << F16_FRACTION_BITS) + fraction;
        int sign = Float.floatToRawIntBits(value) >>> Short.SIZE & 1 << Short.SIZE - 1;
        return (short) (sign | bits);
    }
}
