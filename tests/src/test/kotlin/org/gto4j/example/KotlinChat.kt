package org.gto4j.example

import java.nio.file.Path
import org.gto4j.GenerationOptions
import org.gto4j.TreeDecoder
import org.gto4j.model.ChatMessage
import org.gto4j.model.DraftModel
import org.gto4j.model.TargetModel

fun main(args: Array<String>) {
    TargetModel.open(Path.of(args[0])).use { target ->
        DraftModel.load(target, Path.of(args[1])).use { draft ->
            TreeDecoder.builder(target).draft(draft).build().use { decoder ->
                val options = GenerationOptions.builder().maxTokens(40).build()
                decoder.streamChat(listOf(ChatMessage.user(args[2])), options).forEach(::print)
            }
        }
    }
}
