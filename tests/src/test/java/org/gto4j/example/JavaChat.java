package org.gto4j.example;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

public class JavaChat {
    public static void main(String[] args) {
        try (TargetModel target = TargetModel.open(Path.of(args[0]));
                DraftModel draft = DraftModel.load(target, Path.of(args[1]));
                TreeDecoder decoder = TreeDecoder.builder(target).draft(draft).build()) {
            GenerationOptions options =
                    GenerationOptions.builder().maxTokens(40).build();
            decoder.streamChat(List.of(ChatMessage.user(args[2])), options).forEachRemaining(System.out::print);
        }
    }
}
