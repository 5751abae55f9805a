import NIOCore

/// Runs the tasks of a connection on the thread of its event loop.
///
/// Without it every request changes threads four times between the loop and the cooperative pool: to read, to go on
/// after the journal's answer, to write and to go on after that. What a request does between is short and never blocks.
final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
