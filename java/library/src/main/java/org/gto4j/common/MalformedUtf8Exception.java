package org.gto4j.common;

/** Bytes that aren't UTF-8. */
public final class MalformedUtf8Exception extends Exception {
    private static final long serialVersionUID = 1L;
    /** A run of this many bytes above 0x7F is a word of another script, not an accent. */
    private static final int WORD = 4;

    private final byte first;
    private final int offset;
    private final String guess;

    MalformedUtf8Exception(byte[] bytes, int offset) {
        super("not UTF-8");
        this.first = bytes[offset];
        this.offset = offset;
        this.guess = guess(bytes, offset);
    }

    /** Of the first byte that isn't UTF-8. */
    public int offset() {
        return offset;
    }

    /**
     * What was found, for a message.
     *
     * @param start offset in the file of the bytes that were decoded
     */
    public String found(long start) {
        return String.format("the byte 0x%02X at offset %d of the file, %s", first & 0xFF, start + offset, guess);
    }

    private static String guess(byte[] bytes, int offset) {
        if (wide(bytes, offset)) {
            return "as in damaged or cut UTF-8, or in binary data";
        }
        return longestRun(bytes) >= WORD
                ? "as in another encoding, perhaps Windows-1251, GBK or Shift JIS (iconv -f ENCODING -t UTF-8 converts it)"
                : "as in Latin-1 (ISO-8859-1) or Windows-1252 (iconv -f WINDOWS-1252 -t UTF-8 converts it)";
    }

    /**
     * Whether it begins a UTF-8 character of several bytes that is cut or holds a surrogate, or goes on with one that
     * never began behind others that are whole.
     */
    private static boolean wide(byte[] bytes, int offset) {
        int lead = bytes[offset] & 0xFF;
        boolean begins =
                lead >= 0xC2 && lead <= 0xF4 && offset + 1 < bytes.length && (bytes[offset + 1] & 0xC0) == 0x80;
        boolean cut = lead >= 0xC2 && lead <= 0xF4 && offset + 1 == bytes.length;
        for (int i = 0; i < offset; i++) {
            if (bytes[i] < 0) {
                return true;
            }
        }
        return begins || cut || lead == 0xC0;
    }

    private static int longestRun(byte[] bytes) {
        int longest = 0;
        int run = 0;
        for (byte b : bytes) {
            run = b < 0 ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }
}
