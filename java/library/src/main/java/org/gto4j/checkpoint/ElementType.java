package org.gto4j.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** What a tensor's file holds of each value, little-endian. Names are those of safetensors. */
enum ElementType {
    F64(8, "DoubleStorage"),
    F32(4, "FloatStorage"),
    F16(2, "HalfStorage"),
    BF16(2, "BFloat16Storage"),
    I64(8, "LongStorage"),
    I32(4, "IntStorage"),
    I16(2, "ShortStorage"),
    I8(1, "CharStorage"),
    U8(1, "ByteStorage"),
    BOOL(1, "BoolStorage");

    private static final int F16_HIDDEN_BIT = 0x400;
    private static final int F16_FRACTION = 0x3ff;
    private static final int F16_FRACTION_BITS = 10;
    private static final int F16_EXPONENT = 0x1f;
    private static final int F16_BIAS = 15;

    private final int bytes;
    private final String torchStorage;

    ElementType(int bytes, String torchStorage) {
        this.bytes = bytes;
        this.torchStorage = torchStorage;
    }

    int bytes() {
        return bytes;
    }

    boolean isReal() {
        return ordinal() <= BF16.ordinal();
    }

    static Optional<ElementType> ofSafetensors(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    static Optional<ElementType> ofTorchStorage(String name) {
        return Arrays.stream(values())
                .filter(type -> type.torchStorage.equals(name))
                .findFirst();
    }

    /** The next value of a real type. */
    float real(ByteBuffer from) {
        return switch (this) {
            case F64 -> (float) from.getDouble();
            case F32 -> from.getFloat();
            case BF16 -> Float.intBitsToFloat(from.getShort() << Short.SIZE);
            case F16 -> ofHalf(from.getShort());
            default -> throw new IllegalStateException(this + " isn't real");
        };
    }

    /** The next value of an integer type; of BOOL 0 or 1. */
    long whole(ByteBuffer from) {
        return switch (this) {
            case I64 -> from.getLong();
            case I32 -> from.getInt();
            case I16 -> from.getShort();
            case I8 -> from.get();
            case U8 -> Byte.toUnsignedInt(from.get());
            case BOOL -> from.get() == 0 ? 0 : 1;
            default -> throw new IllegalStateException(this + " isn't whole");
        };
    }

    private static float ofHalf(short bits) {
        int exponent = bits >> F16_FRACTION_BITS & F16_EXPONENT;
        int fraction = bits & F16_FRACTION;
        float size;
        if (exponent == F16_EXPONENT) {
            size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            size = Math.scalb((float) fraction, 1 - F16_BIAS - F16_FRACTION_BITS);
        } else {
            size = Math.scalb((float) (fraction + F16_HIDDEN_BIT), exponent - F16_BIAS - F16_FRACTION_BITS);
        }
        return bits < 0 ? -size : size;
    }
}
