/// What pages and tests see of Flex, below `/sandbox/v1/`.
enum FlexControl {
    static let routes: [RestRoute] = LegacyControl.routes + interactions

    private static let interactions: [RestRoute] = [
        RestRoute(.get, "interactions") { world, _ in
            .object { json in
                json.objects("interactions", world.flex.interactions.all) { interaction, row in
                    row.text("sid", interaction.sid)
                    row.text("channel_sid", interaction.channelSID)
                    row.text("type", interaction.type)
                    row.text("status", interaction.status.rawValue)
                    row.text("conversation_sid", interaction.conversationSID)
                    row.objects("invites", interaction.invites) { invite, row in
                        row.text("sid", invite.sid)
                        row.text("task_sid", invite.taskSID)
                        row.text("worker_sid", invite.workerSID)
                    }
                }
            }
        }
    ]
}
