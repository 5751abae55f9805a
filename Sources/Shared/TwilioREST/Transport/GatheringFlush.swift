internal import NIOCore

/// Sends what is written in one step of the event loop with one system call.
///
/// AsyncHTTPClient flushes after a request's head, after its body and after its end: without this each request of ours
/// is three system calls and two packets, and the server begins to read before it is all there.
///
/// It stands next to the socket. Nothing waits for anything: the flush comes when the step is over, before the loop
/// looks for input.
final class GatheringFlush: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private var context: ChannelHandlerContext?
    private var isDue = false

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        if isDue { context.flush() }
        self.context = nil
    }

    func flush(context: ChannelHandlerContext) {
        guard !isDue else { return }
        isDue = true
        context.eventLoop.assumeIsolated().execute {
            self.isDue = false
            self.context?.flush()
        }
    }

    /// What is written before is sent first, as it would be without this.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if isDue { context.flush() }
        context.close(mode: mode, promise: promise)
    }
}
