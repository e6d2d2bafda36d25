"""Instruments: the driver interface, twins and transports. Nothing here knows who asked."""

from kuralab.instruments._assembly import drivers_of
from kuralab.instruments._driver import Delivery, Driver, DriverError, Order, OrderedSample, Status

__all__ = ["Delivery", "Driver", "DriverError", "Order", "OrderedSample", "Status", "drivers_of"]
