package org.gto4j.data;

/** What tokens say. */
@FunctionalInterface
interface TokenBytes {
    /** Bytes of a token, control tokens spelled out. */
    byte[] bytes(int token);
}
