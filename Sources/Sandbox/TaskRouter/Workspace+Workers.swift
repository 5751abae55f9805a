import Events

extension Workspace {
    /// Adds a worker; he begins in the given or the default activity.
    ///
    /// - Throws: ``TwilioProblem`` for a name that is taken, an activity that is none or a document that is none.
    mutating func createWorker(
        name: String, sid: String? = nil, attributesText: String = "{}", activitySID: String? = nil, now: Timestamp
    ) throws(TwilioProblem) -> Worker {
        guard !name.isEmpty else { throw .invalid("FriendlyName is required") }
        guard workers.first(where: { $0.name == name }) == nil else {
            throw TwilioProblem(status: 400, code: 20001, "A worker with this FriendlyName exists already")
        }
        let activity = activitySID ?? defaultActivitySID
        guard activities[activity] != nil else { throw .invalid("Activity \(activity) does not exist") }
        let worker = Worker(
            sid: sid ?? sids.next("WK"), name: name, attributesText: attributesText,
            attributes: try Self.attributes(attributesText), activitySID: activity, activitySince: now, version: 0,
            capacity: Dictionary(uniqueKeysWithValues: channels.all.map { ($0.sid, $0.initialCapacity) }),
            createdAt: now, updatedAt: now)
        workers[worker.sid] = worker
        record("worker.created", worker: worker, description: "Worker \(name) created", now: now)
        offerWaiting(now: now)
        return worker
    }

    /// Changes a worker on a client's request.
    ///
    /// - Throws: ``TwilioProblem`` when there is none, or for an activity or a document that is none.
    mutating func update(
        worker sid: String, name: String? = nil, attributesText: String? = nil, activitySID: String? = nil,
        rejectsPending: Bool = false, now: Timestamp
    ) throws(TwilioProblem) {
        guard workers[sid] != nil else { throw .notFound("/Workers/\(sid)") }
        if let activitySID, activities[activitySID] == nil { throw .invalid("Activity \(activitySID) does not exist") }
        let attributes = try attributesText.map { text throws(TwilioProblem) in try Self.attributes(text) }
        if name != nil || attributes != nil {
            changeWorker(sid, now: now) { worker in
                if let name { worker.name = name }
                if let attributesText, let attributes {
                    worker.attributesText = attributesText
                    worker.attributes = attributes
                }
            }
            if let worker = workers[sid] {
                record(
                    "worker.attributes.update", worker: worker, description: "Worker \(worker.name) updated", now: now)
            }
        }
        if let activitySID {
            try move(worker: sid, to: activitySID, now: now)
            if rejectsPending, activities[activitySID]?.isAvailable == false {
                for reservation in reservations.all where reservation.workerSID == sid && reservation.status == .pending
                {
                    decline(reservation, to: .rejected, now: now)
                }
            }
        }
        offerWaiting(now: now)
    }

    /// Puts a worker into an activity; the one he is in already changes nothing and tells nobody.
    ///
    /// One who becomes available is offered again what he declined before.
    mutating func move(worker sid: String, to activitySID: String, now: Timestamp) throws(TwilioProblem) {
        guard let worker = workers[sid] else { throw .notFound("/Workers/\(sid)") }
        guard let activity = activities[activitySID] else { throw .invalid("Activity \(activitySID) does not exist") }
        guard worker.activitySID != activitySID else { return }
        let previous = activities[worker.activitySID]
        changeWorker(sid, now: now) { worker in
            worker.activitySID = activitySID
            worker.activitySince = now
        }
        let elapsed =
            now < worker.activitySince
            ? 0 : (now.unixNanoseconds - worker.activitySince.unixNanoseconds) / 1_000_000
        if let moved = workers[sid] {
            record(
                "worker.activity.update", worker: moved,
                description: "Worker \(moved.name) updated to \(activity.name) Activity",
                extra: [
                    ("WorkerPreviousActivitySid", worker.activitySID),
                    ("WorkerPreviousActivityName", previous?.name ?? ""),
                    ("WorkerTimeInPreviousActivity", String(elapsed / 1_000)),
                    ("WorkerTimeInPreviousActivityMs", String(elapsed)),
                ], now: now)
        }
        guard activity.isAvailable else { return }
        for task in waiting { _ = tasks.update(task) { $0.declinedBy.remove(sid) } }
        offerWaiting(now: now)
    }

    /// Sets how many tasks of a channel a worker takes at once.
    mutating func setCapacity(_ capacity: Int, worker sid: String, channel: String, now: Timestamp)
        throws(TwilioProblem)
    {
        guard let worker = workers[sid] else { throw .notFound("/Workers/\(sid)") }
        guard channels[channel] != nil else { throw .notFound("/Channels/\(channel)") }
        guard Worker.capacityRange.contains(capacity) else {
            throw .invalid("Capacity is \(capacity), not within 0 to 50")
        }
        changeWorker(sid, now: now) { $0.capacity[channel] = capacity }
        if let moved = workers[sid] {
            record(
                "worker.capacity.update", worker: moved, description: "Worker \(moved.name) capacity updated",
                extra: channelFields(moved, channel: channel, previous: worker.capacity[channel] ?? 0), now: now)
        }
        offerWaiting(now: now)
    }

    /// Removes a worker who has nothing open.
    mutating func delete(worker sid: String, now: Timestamp) throws(TwilioProblem) {
        guard let worker = workers[sid] else { throw .notFound("/Workers/\(sid)") }
        guard activities[worker.activitySID]?.isAvailable != true else {
            throw .invalid("Worker \(sid) is in an available activity and cannot be deleted")
        }
        record("worker.deleted", worker: worker, description: "Worker \(worker.name) deleted", now: now)
        for reservation in reservations.all where reservation.workerSID == sid && reservation.status == .pending {
            decline(reservation, to: .rejected, now: now)
        }
        workers[sid] = nil
    }

    /// Counts an open reservation of a worker, and tells when a channel of his fills up or gets free.
    mutating func load(_ sid: String, channel: String, by change: Int, now: Timestamp) {
        guard let before = workers[sid] else { return }
        _ = workers.update(sid) { $0.load[channel] = max(0, ($0.load[channel] ?? 0) + change) }
        guard let after = workers[sid],
            (before.freeCapacity(on: channel) == 0) != (after.freeCapacity(on: channel) == 0)
        else { return }
        record(
            "worker.channel.availability.update", worker: after,
            description: "Worker \(after.name) channel availability updated",
            extra: channelFields(after, channel: channel, previous: before.freeCapacity(on: channel)), now: now)
    }

    private func channelFields(_ worker: Worker, channel: String, previous: Int) -> [(String, String)] {
        let free = worker.freeCapacity(on: channel)
        return [
            ("TaskChannelSid", channel), ("TaskChannelUniqueName", channels[channel]?.uniqueName ?? ""),
            ("WorkerChannelAvailable", String(free > 0)), ("WorkerChannelAvailableCapacity", String(free)),
            ("WorkerChannelPreviousCapacity", String(previous)),
            ("WorkerChannelTaskCount", String(worker.load[channel] ?? 0)),
        ]
    }

    private mutating func changeWorker(_ sid: String, now: Timestamp, _ body: (inout Worker) -> Void) {
        _ = workers.update(sid) { worker in
            body(&worker)
            worker.version += 1
            worker.updatedAt = now
        }
    }
}
