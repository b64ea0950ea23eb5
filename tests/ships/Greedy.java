import java.util.StringJoiner;
import org.gto4j.engine.gto_device;
import org.gto4j.engine.gto_session;
import org.gto4j.engine.gto_session_options;
import org.gto4j.engine.gto_target;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import static org.gto4j.engine.global.gto4j.*;

/** greedy.cpp on a JVM, through the jars: Greedy MODEL N [DEVICE]. */
public class Greedy {
    static void check(int status) {
        if (status != GTO_OK) throw new IllegalStateException(gto_last_error().getString());
    }

    public static void main(String[] args) {
        gto_device device = new gto_device();
        gto_target target = new gto_target();
        gto_session session = new gto_session();
        check(gto_device_open(args.length > 2 ? new BytePointer(args[2]) : (BytePointer) null, 2, device));
        System.err.println(gto_device_name(device).getString() + ": " + gto_device_description(device).getString());
        check(gto_target_open(device, new BytePointer(args[0]), target));
        gto_session_options options = gto_session_options_default().n_ctx(256).n_seq_max(1);
        check(gto_session_open(target, options, session));
        IntPointer tokens = new IntPointer(16), argmax = new IntPointer(16), token = new IntPointer(1);
        for (int i = 0; i < 16; i++) tokens.put(i, 65 + i);
        check(gto_session_prefill(session, 0, 0, 16, tokens, 15, null, argmax));
        token.put(argmax.get(15));
        StringJoiner text = new StringJoiner(" ");
        for (int i = 0, position = 16; i < Integer.parseInt(args[1]); i++) {
            text.add(Integer.toString(token.get()));
            check(gto_session_prefill(session, 0, position++, 1, token, 0, null, token));
        }
        System.out.println(text);
        gto_session_free(session);
        gto_target_free(target);
        gto_device_free(device);
    }
}
