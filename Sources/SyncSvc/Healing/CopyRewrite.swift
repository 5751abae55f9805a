import Events

/// What a copy would have to say so that it says what its original says now.
///
/// A message that is there takes no other files: the REST API changes text and attributes alone. So the files that the copy
/// lacks are told of below its text, as of those that were too large; writing the copy anew, at the conversation's end,
/// would tear the order.
struct CopyRewrite: Hashable, Sendable {
    let body: String?
    let attributes: JSONObject

    /// Compares; nil when the copy says already all that it can.
    ///
    /// - Parameters:
    ///   - copy: The copy.
    ///   - parts: Files of its parts.
    ///   - source: Its original.
    ///   - side: Where the original is.
    init?(_ copy: ProjectMessage, parts: [ProjectMedia], of source: ProjectMessage, from side: Side) {
        var present = parts + copy.media
        let lacking = source.media.filter { file in
            let place = present.firstIndex { $0.contentType == file.contentType && $0.size == file.size }
            if let place { present.remove(at: place) }
            return place == nil
        }
        body = MediaCopier.text(source.body, leaving: lacking)
        attributes = MirrorTag.tagged(
            source.attributes, side: side, message: source.sid, parts: MirrorTag.parts(copy.attributes))
        guard (body ?? "") != (copy.body ?? "") || attributes != copy.attributes else { return nil }
    }
}
