/// The other end of one request: what may be done with it, once.
protocol Exchange: AnyObject {
    /// Answers.
    func answer(_ answer: RestAnswer, requestID: String)
    /// Closes the connection without an answer, with a reset.
    func cut()
    /// Turns the answer into a stream that stays open; nil when the connection is gone.
    func beginStream(contentType: String) -> (any ByteSink)?
}

/// A connection that takes bytes for as long as its reader keeps up.
protocol ByteSink: AnyObject {
    /// Writes, and answers false when the connection is gone or its buffer is full.
    func write(_ bytes: [UInt8]) -> Bool
    func close()
}
