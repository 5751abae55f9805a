import Glibc

/// A POSIX thread, for work that blocks and must not take a thread of the cooperative pool.
struct PlainThread: Sendable {
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    private let thread: pthread_t

    /// Starts `body` at once, with a stack of 256 KiB.
    init(_ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 256 * 1024)
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Body(body))
        let result = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        pthread_attr_destroy(&attributes)
        precondition(result == 0, "the system gave no thread: \(systemMessage(result))")
        self.thread = thread
    }

    /// Waits until the body has returned.
    ///
    /// Blocks: only for bodies that were told to stop.
    func join() {
        pthread_join(thread, nil)
    }

    /// Gives up the right to join.
    func detach() {
        pthread_detach(thread)
    }
}
