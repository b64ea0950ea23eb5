package org.gto4j.example

import java.nio.file.Path
import org.gto4j.GenerationOptions
import org.gto4j.TreeDecoder
import org.gto4j.model.ChatMessage
import org.gto4j.model.DraftModel
import org.gto4j.model.TargetModel
import scala.jdk.CollectionConverters.*
import scala.util.Using

object ScalaChat:
  def main(args: Array[String]): Unit = Using.Manager { use =>
    val target = use(TargetModel.open(Path.of(args(0))))
    val draft = use(DraftModel.load(target, Path.of(args(1))))
    val decoder = use(TreeDecoder.builder(target).draft(draft).build())
    val options = GenerationOptions.builder().maxTokens(40).build()
    decoder.streamChat(Seq(ChatMessage.user(args(2))).asJava, options).asScala.foreach(print)
  }.get
