// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>How ordinary tasks share: who goes first, and when somebody has to go. Constants are in nanoseconds.</summary>
abstract class FairPolicy
{
    /// <param name="cpus">Constants grow with 1 + log2 of their number, up to 8 (kernel/sched/fair.c, get_update_sysctl_factor).</param>
    public static FairPolicy Of(KernelProfile kernel, int cpus, long tick)
    {
        long factor = 1 + int.Log2(Math.Min(cpus, 8));
        return kernel.Scheduler == FairScheduler.Cfs
            ? new Cfs(kernel.Latency.Nanoseconds * factor, kernel.MinGranularity.Nanoseconds * factor, kernel.WakeupGranularity.Nanoseconds * factor)
            : new Eevdf(kernel.BaseSlice.Nanoseconds * factor, tick);
    }

    /// <summary>It becomes runnable, and is not yet in its queue.</summary>
    public abstract void Place(FairEntity entity);

    /// <summary>It sleeps, and is still in its queue.</summary>
    public abstract void Leave(FairEntity entity);

    /// <summary>It has had the CPU for so long; true when it has had enough.</summary>
    public abstract bool Charge(FairEntity entity, long nanoseconds);

    /// <summary>A tick finds it on the CPU; true when it has to go.</summary>
    public abstract bool OnTick(FairEntity entity);

    /// <summary>It comes onto the CPU.</summary>
    public virtual void OnPicked(FairEntity entity) => entity.RanBefore = entity.Ran;

    /// <summary>Who is to have the CPU; the queue is not empty.</summary>
    public abstract FairEntity Pick(FairQueue queue);

    /// <summary>Whether one that was woken takes the CPU from the current one of its queue.</summary>
    public abstract bool Preempts(FairEntity woken, FairEntity current);

    sealed class Cfs(long latency, long minGranularity, long wakeupGranularity) : FairPolicy
    {
        public override void Place(FairEntity entity)
        {
            // Sleepers get half of a latency (GENTLE_FAIR_SLEEPERS). Nobody is new here: all tasks are thought to have been there, asleep.
            entity.Vruntime = Math.Max(entity.Vruntime, entity.Queue.MinVruntime - latency / 2);
        }

        public override void Leave(FairEntity entity)
        {
        }

        public override bool Charge(FairEntity entity, long nanoseconds)
        {
            entity.Vruntime += entity.Scale(nanoseconds);
            entity.Ran += nanoseconds;
            entity.Queue.UpdateMin();
            return false;
        }

        // check_preempt_tick()
        public override bool OnTick(FairEntity entity)
        {
            if (entity.Queue.Entities.Count < 2)
                return false;
            long ideal = Slice(entity), ran = entity.Ran - entity.RanBefore;
            if (ran > ideal)
                return true;
            if (ran < minGranularity)
                return false;
            return entity.Vruntime - Pick(entity.Queue).Vruntime > ideal;
        }

        public override FairEntity Pick(FairQueue queue)
        {
            var best = queue.Entities[0];
            foreach (var entity in queue.Entities)
            {
                if (entity.Vruntime < best.Vruntime)
                    best = entity;
            }
            return best;
        }

        public override bool Preempts(FairEntity woken, FairEntity current) =>
            current.Vruntime - woken.Vruntime > woken.Scale(wakeupGranularity);

        // A group's part of the time is shared by its members.
        long Slice(FairEntity entity)
        {
            long slice = Math.Max(latency, entity.Queue.Entities.Count * minGranularity);
            for (var e = entity; e is not null; e = e.Parent)
                slice = slice * e.Weight / e.Queue.Weight;
            return slice;
        }
    }

    /// <summary>Earliest eligible virtual deadline first, as of 6.12: with RUN_TO_PARITY, and with lag kept over a sleep until it is made up for.</summary>
    sealed class Eevdf(long slice, long tick) : FairPolicy
    {
        public override void Place(FairEntity entity)
        {
            var queue = entity.Queue;
            long now = VirtualTime(queue), lag = 0;
            if (queue.Entities.Count > 0)
            {
                // Who owed time stays in the queue until it is made up for (DELAY_DEQUEUE, DELAY_ZERO): by now it may be.
                lag = entity.Lag < 0 ? Math.Min(0, entity.Lag + Math.Max(0, now - entity.LeftAt)) : entity.Lag;
                // Its own coming moves the average: what is to be left of its lag afterwards must be more before (place_entity).
                lag = lag * (queue.Weight + entity.Weight) / queue.Weight;
            }
            entity.Vruntime = now - lag;
            entity.Deadline = entity.Vruntime + entity.Scale(slice);
        }

        public override void Leave(FairEntity entity)
        {
            long limit = entity.Scale(Math.Max(2 * slice, tick));
            entity.LeftAt = VirtualTime(entity.Queue);
            entity.Lag = Math.Clamp(entity.LeftAt - entity.Vruntime, -limit, limit);
            entity.IsProtected = false;
        }

        public override bool Charge(FairEntity entity, long nanoseconds)
        {
            entity.Vruntime += entity.Scale(nanoseconds);
            entity.Ran += nanoseconds;
            entity.Queue.UpdateMin();
            if (entity.Vruntime < entity.Deadline)
                return false;
            entity.Deadline = entity.Vruntime + entity.Scale(slice);
            entity.IsProtected = false;
            return entity.Queue.Entities.Count > 1;
        }

        public override bool OnTick(FairEntity entity) => false;

        public override void OnPicked(FairEntity entity)
        {
            base.OnPicked(entity);
            entity.IsProtected = true;
        }

        public override FairEntity Pick(FairQueue queue)
        {
            if (queue.Current is { IsQueued: true, IsProtected: true } current && IsEligible(current))
                return current;
            FairEntity? best = null;
            foreach (var entity in queue.Entities)
            {
                if ((best is null || entity.Deadline < best.Deadline) && IsEligible(entity))
                    best = entity;
            }
            // Rounding may leave nobody eligible.
            return best ?? queue.Entities[0];
        }

        public override bool Preempts(FairEntity woken, FairEntity current) => Pick(woken.Queue) == woken;

        // Whoever has had no more than the average.
        static bool IsEligible(FairEntity entity)
        {
            Int128 sum = 0;
            foreach (var other in entity.Queue.Entities)
                sum += (Int128)other.Weight * (other.Vruntime - entity.Vruntime);
            return sum >= 0;
        }

        static long VirtualTime(FairQueue queue)
        {
            if (queue.Entities.Count == 0)
                return queue.MinVruntime;
            Int128 sum = 0;
            long from = queue.Entities[0].Vruntime;
            foreach (var entity in queue.Entities)
                sum += (Int128)entity.Weight * (entity.Vruntime - from);
            return from + (long)(sum / queue.Weight);
        }
    }
}
