package org.gto4j.io;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.gto4j.error.GtoException;

/** SHA-256, which every Java has. */
public final class Sha256 {
    private Sha256() {}

    /** A digest of nothing yet. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new GtoException(GtoException.Kind.INTERNAL, "this Java has no SHA-256", e);
        }
    }
}
