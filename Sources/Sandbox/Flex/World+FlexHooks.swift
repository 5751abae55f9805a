import Events

/// What messaging tells Flex.
extension World {
    /// A customer began a conversation: by web chat, or by a message to an address that leads into Flex.
    ///
    /// - Parameters:
    ///   - conversation: Its SID.
    ///   - channel: `web`, `sms` or `whatsapp`.
    ///   - attributes: What is known of the customer, for the task.
    /// - Returns: The SID of the task that was made, if one was.
    mutating func flexBegan(_ conversation: String, channel: String, attributes: JSONObject) -> String? { nil }

    /// A conversation changed its state, by whomever.
    mutating func flexStateChanged(_ conversation: String, to state: String) {}
}
