package org.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/** Writes the answer without and with a draft: Consumer MODEL DRAFT PLAIN-TEXT DRAFTED-TEXT. */
public class Consumer {
    public static void main(String[] args) throws IOException {
        try (TargetModel target = TargetModel.open(Path.of(args[0]));
                DraftModel draft = DraftModel.load(target, Path.of(args[1]));
                TreeDecoder plain = TreeDecoder.builder(target).build();
                TreeDecoder drafted = TreeDecoder.builder(target).draft(draft).build()) {
            Files.writeString(Path.of(args[2]), answer(plain));
            Files.writeString(Path.of(args[3]), answer(drafted));
        }
    }

    private static String answer(TreeDecoder decoder) {
        GenerationOptions options = GenerationOptions.builder().maxTokens(40).build();
        return decoder.chat(List.of(ChatMessage.user("Why is the sky blue?")), options, text -> {}).text();
    }
}
