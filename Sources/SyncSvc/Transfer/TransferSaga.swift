import Events

/// One transfer from agent to agent, step by step, each step repeatable, and undone when it cannot be finished.
///
/// The customer is never without an owner: the agent who hands over keeps his reservation until the other one has
/// accepted. The steps are recorded before they are carried out; after a crash ``command`` says where to go on.
///
/// ```
/// withdraw ─► offer ─► await ─► release ─► done
///     └─────────┴────────┴────► restore ─► restored
/// ```
struct TransferSaga: Hashable, Sendable {
    enum Step: String, Hashable, Sendable, CaseIterable {
        /// Take the target out of the Frontline conversation until he accepts.
        case withdraw
        /// Offer the work to the target on the Flex side.
        case offer
        /// The offer is out.
        case await
        /// He accepted: let the source go on both sides and complete his reservation.
        case release
        case done
        /// Put everything back.
        case restore
        case restored
    }

    /// Why a transfer did not happen.
    enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Transfers are forbidden by configuration.
        case forbidden
        /// The target is no agent of the Flex side.
        case unknownTarget
        /// There is no open task of the source to hand over.
        case nothingToTransfer
        /// The provider refused the offer.
        case refused
        /// The target declined, or let the offer lapse.
        case declined
    }

    /// What is to be done next; carrying out a command twice has the same effect as once.
    enum Command: Hashable, Sendable {
        case removeTarget
        case offer
        case releaseSource
        case restore(Reason)
        /// Nothing before an event says how the offer ended.
        case nothing
    }

    /// What became of a command, or what an event says.
    enum Result: Hashable, Sendable {
        case targetRemoved
        case offered(task: String)
        case cannot(Reason)
        case accepted
        case declined
        case released
        case restored
        /// The offer could not be withdrawn: the target accepted it at the last moment.
        case acceptedMeanwhile
    }

    let event: TransferEvent
    private(set) var step: Step
    private(set) var reason: Reason?
    /// The Flex task of the source.
    let sourceTask: String?
    /// The Flex task that was offered to the target.
    private(set) var offeredTask: String?

    /// A transfer that is to be carried out.
    init(_ event: TransferEvent, sourceTask: String) {
        self.event = event
        self.sourceTask = sourceTask
        step = .withdraw
    }

    /// A transfer that is to be undone at once.
    init(_ event: TransferEvent, refusedFor reason: Reason) {
        self.event = event
        self.reason = reason
        sourceTask = nil
        step = .restore
    }

    init(event: TransferEvent, step: Step, reason: Reason?, sourceTask: String?, offeredTask: String?) {
        self.event = event
        self.step = step
        self.reason = reason
        self.sourceTask = sourceTask
        self.offeredTask = offeredTask
    }

    var isOver: Bool { step == .done || step == .restored }

    var command: Command {
        switch step {
        case .withdraw: .removeTarget
        case .offer: .offer
        case .release: .releaseSource
        case .restore: .restore(reason ?? .refused)
        case .await, .done, .restored: .nothing
        }
    }

    /// Takes a result; one that does not belong to the step, as after a repeated event, changes nothing.
    mutating func apply(_ result: Result) {
        switch (step, result) {
        case (.withdraw, .targetRemoved): step = .offer
        case (.offer, .offered(let task)):
            offeredTask = task
            step = .await
        case (.withdraw, .cannot(let reason)), (.offer, .cannot(let reason)):
            self.reason = reason
            step = .restore
        case (.await, .accepted), (.restore, .acceptedMeanwhile):
            reason = nil
            step = .release
        case (.await, .declined):
            reason = .declined
            step = .restore
        case (.release, .released): step = .done
        case (.restore, .restored): step = .restored
        default: break
        }
    }
}
